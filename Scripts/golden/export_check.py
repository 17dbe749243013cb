#!/usr/bin/env python3
"""Exported files, run by what runs them elsewhere, against `focal predict` on real photographs.

usage: python3 Scripts/golden/export_check.py --focal .build/release/focal --model best.safetensors --images pictures/
       [--count 20]      (makes .venv/export_check on the first run; without options there is nothing to check)

Exports the model in both formats, then
- runs onnx.checker with full shape inference on the ONNX file,
- runs the ONNX file in ONNX Runtime and the TorchScript file in Python's PyTorch on each picture, prepared here by
  Pillow and numpy from what the file's own metadata says and nothing else,
- runs the two programs of docs/taking-a-model-elsewhere.md as they stand there on the first picture,
- compares with `focal predict --detections`, which reads and prepares the pictures itself: boxes within 0.5 pixels of
  the picture, scores within 1e-3.

Preparing is part of the comparison: JPEG decoding and resizing may differ by a level of a pixel between the two, and
the table has the figures that this leaves. A detection whose score is within 1e-3 of the threshold, or of the last
place of a full list, may be on one side alone; how many are is told.
"""
import argparse
import importlib.metadata
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv/export_check"
NEEDS = ["onnx==1.23.2", "onnxruntime==1.31.1", "torch==2.13.0", "numpy==2.4.6", "pillow==13.0.0"]

if len(sys.argv) == 1:
    print("nothing to check: give --focal, --model and --images; see --help")
    sys.exit(0)
if pathlib.Path(sys.prefix) != VENV and not os.environ.get("GOLDEN_PYTHON"):
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", *NEEDS], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__, *sys.argv[1:]])

import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402

BOX_LIMIT = 0.5
SCORE_LIMIT = 1e-3


def resized(image, size):
    """The picture's levels, [H, W, 3], rounded once: Pillow rounds bytes between its two passes, floats never."""
    planes = np.asarray(image, np.float32).transpose(2, 0, 1)
    planes = [Image.fromarray(plane).resize(size, Image.BILINEAR) for plane in planes]
    return np.floor(np.stack([np.asarray(plane) for plane in planes], 2) + np.float32(0.5)).clip(0, 255)


def prepared(path, rule):
    """A picture as the network takes it: pixels [1, 3, H, W], its size in them, its own size."""
    with Image.open(path) as file:
        image = ImageOps.exif_transpose(file).convert("RGB")
    scale = min(rule["shortSide"] / min(image.size), rule["longSideCap"] / max(image.size))
    size = tuple(max(1, int(side * scale + 0.5)) for side in image.size)
    pixels = resized(image, size) / 255
    pixels = (pixels - np.float32(rule["mean"])) / np.float32(rule["standardDeviation"])
    multiple = rule["multiple"]
    width, height = (-(-side // multiple) * multiple for side in size)
    canvas = np.zeros((1, 3, height, width), np.float32)
    canvas[0, :, : size[1], : size[0]] = pixels.transpose(2, 0, 1)
    return canvas, size, image.size


def in_picture(outputs, size, original):
    """A batch of one as a list of (label, score, box) in the picture's own pixels."""
    boxes, scores, labels, counts = outputs
    factor = np.float32([original[0] / size[0], original[1] / size[1]] * 2)
    limit = np.float32([*original] * 2)
    return [
        (int(labels[0, i]), float(scores[0, i]), np.clip(boxes[0, i] * factor, 0, limit))
        for i in range(int(counts[0]))
    ]


def iou(a, b):
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    common = max(sides[0], 0) * max(sides[1], 0)
    return common / max(1e-12, np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - common)


def compared(own, found, threshold, most):
    """Largest differences of boxes and scores, detections without a partner, those of them at the edge."""
    box_difference = score_difference = 0.0
    alone, rest = [], list(found)
    for label, score, box in own:
        partners = [(iou(box, other[2]), i) for i, other in enumerate(rest) if other[0] == label]
        overlap, index = max(partners, default=(0, -1))
        if overlap < 0.5:
            alone.append(score)
            continue
        other = rest.pop(index)
        box_difference = max(box_difference, float(np.abs(box - other[2]).max()))
        score_difference = max(score_difference, abs(score - other[1]))
    floor = max([threshold] + [side[-1][1] for side in (own, found) if len(side) == most])
    scores = alone + [other[1] for other in rest]
    edge = sum(score <= floor + SCORE_LIMIT for score in scores)
    return box_difference, score_difference, len(scores) - edge, edge


def runner_of_onnx(path):
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    names = ["boxes", "scores", "labels", "counts"]

    def run(pixels, size):
        return session.run(names, {"images": pixels, "sizes": np.float32([size])})

    return run, {key: json.loads(value) for key, value in metadata.items()}


def runner_of_torchscript(path):
    extra = {"focal.json": ""}
    module = torch.jit.load(str(path), map_location="cpu", _extra_files=extra)

    def run(pixels, size):
        with torch.inference_mode():
            outputs = module(torch.from_numpy(pixels), torch.tensor([size], dtype=torch.float32))
        return [output.numpy() for output in outputs]

    return run, json.loads(extra["focal.json"])


def run_page(folder, picture, count):
    """The page's programs, beside the exported files: one line a detection."""
    page = (HERE.parent.parent / "docs/taking-a-model-elsewhere.md").read_text()
    programs = re.findall(r"<!-- snippet: (\w+) -->\n```python\n(.*?)```", page, flags=re.S)
    assert [name for name, _ in programs] == ["onnx", "torchscript"], "the page has both programs"
    with Image.open(picture) as file:
        ImageOps.exif_transpose(file).convert("RGB").save(folder / "photo.png")
    for name, program in programs:
        program = program.replace("photo.jpg", "photo.png")
        run = subprocess.run(
            [sys.executable, "-c", program], cwd=folder, check=True, capture_output=True, text=True
        )
        # One or two at the threshold may be on one side alone.
        assert abs(len(run.stdout.splitlines()) - count) <= 2, f"the page's {name} program finds as many"
    print("the page's programs: run as they stand")


def main():
    parser = argparse.ArgumentParser(description="Exported files against focal predict.")
    parser.add_argument("--focal", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True, help="a folder of JPEG or PNG pictures")
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    endings = {".jpg", ".jpeg", ".png"}
    pictures = sorted(
        path for path in pathlib.Path(options.images).iterdir() if path.suffix.lower() in endings
    )[: options.count]
    if len(pictures) < options.count:
        sys.exit(f"{options.images}: holds {len(pictures)} pictures, expected {options.count}")
    versions = ["onnx", "onnxruntime", "torch", "numpy", "pillow"]
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in versions))
    with tempfile.TemporaryDirectory() as folder:
        failed = check(options, pictures, pathlib.Path(folder))
    print("failed" if failed else "all within the limits")
    sys.exit(1 if failed else 0)


def check(options, pictures, folder):
    runners = {}
    for name, ending, make in [
        ("onnx", "onnx", runner_of_onnx),
        ("torchscript", "pt", runner_of_torchscript),
    ]:
        path = folder / f"detector.{ending}"
        subprocess.run(
            [options.focal, "export", "--model", options.model, "--format", name, "--out", path],
            check=True,
        )
        runners[name] = make(path)
    print("onnx.checker: accepted, with full shape inference")
    metadata = runners["onnx"][1]
    assert metadata == runners["torchscript"][1], "both files say the same of themselves"
    detection = metadata["focal.configuration"]["detection"]
    threshold, most = detection["scoreThreshold"], detection["detectionsPerImage"]
    results = folder / "detections.json"
    subprocess.run(
        [options.focal, "predict", "--model", options.model, *map(str, pictures)]
        + ["--score", str(threshold), "--precision", "float32", "--quiet", "--detections", results],
        check=True,
    )
    labels = {id: label for label, id in enumerate(metadata["focal.category_ids"])}
    own = {index: [] for index in range(len(pictures))}
    for row in json.loads(results.read_text()):
        x, y, width, height = row["bbox"]
        box = np.float32([x, y, x + width, y + height])
        own[row["image_id"] - 1].append((labels[row["category_id"]], row["score"], box))
    run_page(folder, pictures[0], len(own[0]))
    print(f"{'picture':28} {'file':12} {'found':>5} {'box px':>9} {'score':>9} {'missing':>7} {'edge':>4}")
    worst = {name: [0.0, 0.0, 0, 0] for name in runners}
    for index, path in enumerate(pictures):
        pixels, size, original = prepared(path, metadata["focal.input"])
        for name, (run, _) in runners.items():
            found = in_picture(run(pixels, size), size, original)
            figures = compared(own[index], found, threshold, most)
            row = f"{figures[0]:9.5f} {figures[1]:9.6f} {figures[2]:7} {figures[3]:4}"
            print(f"{path.name[:28]:28} {name:12} {len(found):5} {row}")
            total = worst[name]
            worst[name] = [max(total[0], figures[0]), max(total[1], figures[1])] + [
                total[2] + figures[2],
                total[3] + figures[3],
            ]
    failed = False
    count = sum(map(len, own.values()))
    for name, (box, score, missing, edge) in worst.items():
        holds = box <= BOX_LIMIT and score <= SCORE_LIMIT and missing == 0
        failed = failed or not holds
        print(
            f"{name}: {len(pictures)} pictures, {count} detections; largest difference: boxes {box:.5f} px "
            f"(limit {BOX_LIMIT}), scores {score:.6f} (limit {SCORE_LIMIT}); missing {missing}, at the edge {edge}"
        )
    return failed


if __name__ == "__main__":
    main()
