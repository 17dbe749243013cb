#!/usr/bin/env python3
"""Writes Sources/ImageFuzzing/SeedPictures+Texts.swift: small pictures of every kind, for damaging.

usage: python3 Scripts/golden/image_seeds.py        (makes .venv/webp on the first run)
"""
import base64
import io
import os
import pathlib
import subprocess
import sys
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "Sources/ImageFuzzing/SeedPictures+Texts.swift"
VENV = HERE / ".venv/webp"

if pathlib.Path(sys.prefix) != VENV:
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", "pillow==13.0.0"], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__])

import PIL  # noqa: E402
from PIL import Image  # noqa: E402


def picture(width, height, mode="RGB"):
    """A gradient with hard edges."""
    image = Image.new("RGBA", (width, height))
    for y in range(height):
        for x in range(width):
            edge = 90 if (x // 5 + y // 4) % 3 == 0 else 0
            image.putpixel((x, y), (x * 255 // width, y * 255 // height, edge + (x + y) % 100, 255 - 3 * x))
    return image.convert(mode)


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = "a picture"
    return block.tobytes()


def seeds():
    plain, alpha = picture(40, 28), picture(40, 28, "RGBA")
    small = picture(19, 13)
    yield "jpeg 4:2:0", saved(plain, "JPEG", quality=60)
    yield "jpeg 4:2:0, turned", saved(plain, "JPEG", quality=40, exif=exif(6))
    yield "jpeg 4:4:4", saved(plain, "JPEG", quality=50, subsampling=0)
    yield "jpeg 4:2:2, restarts", saved(plain, "JPEG", quality=50, subsampling=1, restart_marker_blocks=2)
    yield "jpeg progressive", saved(plain, "JPEG", quality=60, progressive=True)
    yield "jpeg gray", saved(picture(33, 17, "L"), "JPEG", quality=60)
    yield "jpeg cmyk", saved(picture(24, 18, "CMYK"), "JPEG", quality=40)
    yield "jpeg of odd sides", saved(picture(37, 21), "JPEG", quality=60, optimize=True)
    yield "png", saved(small, "PNG")
    yield "png with alpha, turned", saved(alpha.crop((0, 0, 15, 11)), "PNG", exif=exif(8))
    yield "png palette", saved(plain.quantize(16), "PNG", transparency=3)
    yield "png 1 bit", saved(picture(40, 28, "1"), "PNG")
    yield "png 16 bits", saved(Image.new("I;16", (17, 9), 40000), "PNG")
    yield "webp lossy", saved(plain, "WEBP", quality=50)
    yield "webp lossless", saved(small, "WEBP", lossless=True)
    yield "webp lossy with alpha, turned", saved(alpha, "WEBP", quality=50, exif=exif(5))
    yield "webp lossless with alpha", saved(alpha, "WEBP", lossless=True, exact=True)
    yield "webp animation", saved(small, "WEBP", save_all=True, append_images=[small.rotate(180)], quality=30)


def main():
    lines = [f"// Made by Scripts/golden/image_seeds.py with Pillow {PIL.__version__}; not edited by hand.",
             "", "extension SeedPictures {",
             "  /// Whole pictures of every kind that is read, in base 64.",
             "  static let texts: [(name: String, text: String)] = ["]
    for name, data in seeds():
        text = textwrap.wrap(base64.b64encode(data).decode(), 90)
        lines += ["    (", f'      "{name}",', '      """']
        lines += [f"      {line}\\" for line in text[:-1]] + [f"      {text[-1]}", '      """', "    ),"]
    lines += ["  ]", "}", ""]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("\n".join(lines))


if __name__ == "__main__":
    main()
