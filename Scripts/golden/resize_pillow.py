#!/usr/bin/env python3
"""Writes Tests/RasterTests/Golden/resize_pillow.json: a picture of noise resized by Pillow's BILINEAR.

    python3 -m venv Scripts/golden/.venv
    Scripts/golden/.venv/bin/pip install pillow==13.0.0
    Scripts/golden/.venv/bin/python Scripts/golden/resize_pillow.py
"""
import json
import pathlib

import PIL
from PIL import Image

WIDTH, HEIGHT = 23, 17
SIZES = [(10, 8), (12, 9), (40, 30), (46, 34), (23, 9), (9, 17), (5, 40), (31, 6), (1, 1), (24, 17)]


def source() -> Image.Image:
    # Noise that the test can compute too: the harshest input for rounding.
    values = bytes(
        ((x * 37 + y * 91 + c * 53 + 1) * 2654435761 % 2**32) >> 24
        for y in range(HEIGHT) for x in range(WIDTH) for c in range(3)
    )
    return Image.frombytes("RGB", (WIDTH, HEIGHT), values)


def main() -> None:
    picture = source()
    cases = [
        {"width": w, "height": h, "pixels": picture.resize((w, h), Image.BILINEAR).tobytes().hex()}
        for w, h in SIZES
    ]
    document = {
        "made by": f"Scripts/golden/resize_pillow.py with Pillow {PIL.__version__}",
        "source": {"width": WIDTH, "height": HEIGHT, "pixels": picture.tobytes().hex()},
        "cases": cases,
    }
    root = pathlib.Path(__file__).resolve().parents[2]
    target = root / "Tests/RasterTests/Golden/resize_pillow.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
