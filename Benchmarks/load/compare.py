#!/usr/bin/env python3
"""From JPEG files in memory to resized pictures and normalised values, beside Pillow, OpenCV and simplejpeg.

usage: make build && Benchmarks/load/compare.py --images DIR    (makes Benchmarks/load/.venv on the first run)

Every round runs `focal bench load` and then each peer on one thread, so that whatever else the machine does falls on
all; a pass over all pictures that is not timed comes before those that are. Figures are medians over the rounds.
Pillow's BILINEAR is antialiased as ours is, OpenCV's INTER_LINEAR is not, its INTER_AREA is; `draft` lets libjpeg
shrink by a power of two first. Writes Benchmarks/results/<date>-<hardware>/load.json.
"""
import argparse
import importlib.metadata
import io
import json
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from common import (  # noqa: E402
    ROOT, enter_environment, others_share, processor_seconds, typed, write_results)

VENV = HERE / ".venv"
NEEDS = [["pillow==13.0.0", "numpy==2.3.5", "opencv-python-headless==5.0.0.93", "simplejpeg==1.9.0"]]
PASSES = 2


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", required=True, help="a folder of JPEG files; the first by name are taken")
    parser.add_argument("--focal", type=pathlib.Path, default=ROOT / ".build/release/focal")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--short-side", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hardware", help="a name for the results' folder; else the processor's")
    return parser.parse_args()


def peers(short_side):
    """What each peer does with the bytes of one file, and which of our cases it stands beside."""
    import cv2
    import numpy
    import simplejpeg
    from PIL import Image

    cv2.setNumThreads(1)
    mean = numpy.array([0.485, 0.456, 0.406], numpy.float32)
    deviation = numpy.array([0.229, 0.224, 0.225], numpy.float32)

    def size(width, height):
        scale = short_side / min(width, height)
        return round(width * scale), round(height * scale)

    def normalised(picture):
        values = (picture.astype(numpy.float32) / 255 - mean) / deviation
        return numpy.ascontiguousarray(values.transpose(2, 0, 1))

    def pillow(data):
        return Image.open(io.BytesIO(data)).convert("RGB")

    def pillow_resized(data):
        picture = pillow(data)
        return numpy.asarray(picture.resize(size(*picture.size), Image.BILINEAR))

    def pillow_draft(data):
        picture = Image.open(io.BytesIO(data))
        target = size(*picture.size)
        picture.draft("RGB", target)
        return numpy.asarray(picture.convert("RGB").resize(target, Image.BILINEAR))

    def opencv(data):
        picture = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR)
        return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)

    def opencv_resized(interpolation):
        def work(data):
            picture = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR)
            height, width = picture.shape[:2]
            picture = cv2.resize(picture, size(width, height), interpolation=interpolation)
            return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        return work

    linear = opencv_resized(cv2.INTER_LINEAR)
    return [
        ("Pillow, decode", lambda data: numpy.asarray(pillow(data)), "decode-1"),
        ("OpenCV, decode", opencv, "decode-1"),
        ("simplejpeg, decode", lambda data: simplejpeg.decode_jpeg(data, "RGB"), "decode-1"),
        ("Pillow, decode and resize", pillow_resized, "decode-resize-1"),
        ("Pillow with draft, decode and resize", pillow_draft, "decode-resize-1"),
        ("OpenCV linear, decode and resize", linear, "decode-resize-1"),
        ("OpenCV area, decode and resize", opencv_resized(cv2.INTER_AREA), "decode-resize-1"),
        ("Pillow, to normalised values", lambda data: normalised(pillow_resized(data)), "decode-resize-normalize-1"),
        ("OpenCV linear, to normalised values", lambda data: normalised(linear(data)), "decode-resize-normalize-1"),
    ]


def timed(work, files):
    """Milliseconds a picture of each pass; the first pass is not timed."""
    times = []
    for number in range(PASSES + 1):
        start = time.perf_counter()
        for data in files:
            work(data)
        if number:
            times.append((time.perf_counter() - start) * 1e3 / len(files))
    return times


def ours(options):
    command = [str(options.focal), "bench", "load", "--images", options.images, "--count", str(options.count),
               "--short-side", str(options.short_side), "--repetitions", "1", "--json", "--quiet"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def measure(options, files):
    times, beside, report = {}, {}, None
    for number in range(options.rounds):
        report = ours(options)
        for case in report["cases"]:
            times.setdefault(case["name"], []).append(case["milliseconds"])
            times.setdefault("limit of " + case["name"], []).append(case["limitMilliseconds"])
        for name, work, case in peers(options.short_side):
            times.setdefault(name, []).append(statistics.median(timed(work, files)))
            beside[name] = case
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    medians = {name: statistics.median(values) for name, values in times.items()}
    result = {}
    for case in report["cases"]:
        name = case["name"]
        result["focal, " + name] = {
            "milliseconds": medians[name], "limitMilliseconds": medians["limit of " + name],
            "ratio": medians[name] / medians["limit of " + name]}
    for name, case in beside.items():
        result[name] = {"milliseconds": medians[name], "beside": case, "timesFocal": medians[name] / medians[case]}
    for entry in result.values():
        entry["imagesPerSecond"] = 1e3 / entry["milliseconds"]
    return result, report["machine"]


def table(result):
    print(f"{'':40}{'ms':>9}{'pictures/s':>12}{'limit':>9}{'focal':>9}")
    for name, entry in result.items():
        limit = f"{entry['ratio']:.2f}x" if "ratio" in entry else ""
        times = f"{entry['timesFocal']:.2f}x" if "timesFocal" in entry else ""
        print(f"{name:40}{entry['milliseconds']:9.3f}{entry['imagesPerSecond']:12.0f}{limit:>9}{times:>9}")
    print("\nlimit: times what libjpeg takes to unpack the same files on as many threads; focal: times ours")


def main():
    options = arguments()
    if not options.focal.exists():
        sys.exit(f"{options.focal}: not there; `make build` first, or name it with --focal")
    paths = sorted(path for path in pathlib.Path(options.images).iterdir()
                   if path.suffix.lower() in (".jpg", ".jpeg"))[:options.count]
    if not paths:
        sys.exit(f"{options.images}: holds no .jpg or .jpeg file")
    files, start = [path.read_bytes() for path in paths], processor_seconds()
    result, machine = measure(options, files)
    table(result)
    share = others_share(start)
    if share is not None and share > 0.05:
        print(f"\nOther processes took {share:.0%} of the processors: run it again on a quiet machine.")
    document = {
        "bench": "load",
        "command": typed("Benchmarks/load/compare.py"),
        "otherProcessesShare": share,
        "versions": {name: importlib.metadata.version(name)
                     for name in ["pillow", "numpy", "opencv-python-headless", "simplejpeg"]},
        "settings": {"pictures": len(files), "bytes": sum(map(len, files)), "shortSide": options.short_side,
                     "rounds": options.rounds},
        "results": result,
    }
    write_results("load.json", options.hardware, machine, document)


if __name__ == "__main__":
    enter_environment(__file__, VENV, NEEDS)
    main()
