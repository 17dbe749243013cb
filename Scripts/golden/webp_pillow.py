#!/usr/bin/env python3
"""Writes Tests/RasterTests/Golden/webp_pillow.json: small WebP files of every kind and what Pillow sees in them.

usage: python3 Scripts/golden/webp_pillow.py        (makes .venv/webp on the first run)

Lossless files have exact pixels. Lossy ones are upsampled and converted by the libwebp that Pillow brings; another
version may round otherwise. Colours under alpha are those of `RGBA` with its alpha left out: libwebp's `exact` keeps
them where nothing is seen.
"""
import io
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "Tests/RasterTests/Golden/webp_pillow.json"
VENV = HERE / ".venv/webp"

if pathlib.Path(sys.prefix) != VENV:
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", "pillow==13.0.0"], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__])

import PIL  # noqa: E402
from PIL import Image, features  # noqa: E402


def noise(width, height, channels):
    """Values that no predictor foretells."""
    values = bytes(((x * 37 + y * 91 + c * 53 + 1) * 2654435761 % 2**32) >> 24
                   for y in range(height) for x in range(width) for c in range(channels))
    return Image.frombytes("RGB" if channels == 3 else "RGBA", (width, height), values)


def gradient(width, height, alpha=False):
    image = Image.new("RGBA" if alpha else "RGB", (width, height))
    for y in range(height):
        for x in range(width):
            colour = (x * 255 // (width - 1), y * 255 // (height - 1), (x + y) * 4)
            image.putpixel((x, y), colour + ((x * 255 // (width - 1),) if alpha else ()))
    return image


def saved(image, **options):
    file = io.BytesIO()
    image.save(file, "WEBP", **options)
    return file.getvalue()


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def case(name, data):
    with Image.open(io.BytesIO(data)) as image:
        pixels = Image.merge("RGB", image.split()[:3])
        return {"name": name, "file": data.hex(), "width": image.width, "height": image.height,
                "pixels": pixels.tobytes().hex()}


def main():
    frames = [noise(4, 3, 3), gradient(4, 3)]
    document = {
        "made by": f"Scripts/golden/webp_pillow.py with Pillow {PIL.__version__}, "
                   f"libwebp {features.version_module('webp')}",
        "cases": [
            case("lossless", saved(noise(7, 5, 3), lossless=True)),
            case("lossless alpha", saved(noise(7, 5, 4), lossless=True, exact=True)),
            case("lossy", saved(gradient(33, 18), quality=90)),
            case("lossy alpha", saved(gradient(33, 18, alpha=True), quality=90, exact=True)),
            case("one pixel", saved(noise(1, 1, 3), lossless=True)),
        ] + [
            case(f"orientation {value}", saved(noise(3, 2, 3), lossless=True, exif=exif(value)))
            for value in range(10)
        ],
        "animation": saved(frames[0], save_all=True, append_images=frames[1:], lossless=True).hex(),
    }
    OUT.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
