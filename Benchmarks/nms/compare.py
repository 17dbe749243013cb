#!/usr/bin/env python3
"""Non-maximum suppression and a detector's whole post-processing, beside torchvision and OpenCV.

usage: make build && Benchmarks/nms/compare.py       (makes Benchmarks/.venv on the first run)

`focal bench nms --save` writes boxes, scores and head outputs to a file that every peer reads; what each keeps is held
against what we keep, index by index. Every round runs `focal bench nms` and then each peer, so that whatever else the
machine does falls on all; figures are medians over the rounds. OpenCV is called with arrays and with lists, and the
faster counts.

torchvision's own kernel does not load beside a CPU build of torch. Where TV_NMS_SO names a library made of its
torchvision/csrc/ops/cpu/nms_kernel.cpp, that is used (T is the folder of the installed torch):

    g++ -std=c++20 -O2 -fPIC -shared -I$T/include -I$T/include/torch/csrc/api/include nms_kernel.cpp \\
        -o libtv_nms.so -L$T/lib -ltorch_cpu -lc10 -Wl,-rpath,$T/lib

Without either, torchvision is left out, and the result says so. Writes Benchmarks/results/<date>-<hardware>/nms.json.
"""
import argparse
import importlib.metadata
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from common import (  # noqa: E402
    ROOT, add_package, enter_environment, load_torchvision, others_share, processor_seconds, typed,
    write_results)

OPENCV = "opencv-python-headless==5.0.0.93"
# Calls that take longer are made once a round.
LONG = 0.3


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--focal", type=pathlib.Path, default=ROOT / ".build/release/focal")
    parser.add_argument("--boxes", default="1000,5000,20000")
    parser.add_argument("--threads", type=int, default=2, help="for post-processing; suppression runs on one of ours")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--hardware", help="a name for the results' folder; else the processor's")
    return parser.parse_args()


def tensors(path):
    """The tensors of a safetensors file."""
    import numpy

    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    kinds = {"F32": numpy.float32, "I64": numpy.int64}
    result = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        first, end = entry["data_offsets"]
        values = numpy.frombuffer(data, kinds[entry["dtype"]], offset=8 + length + first,
                                  count=(end - first) // kinds[entry["dtype"]]().itemsize)
        result[name] = values.reshape(entry["shape"]).copy()
    return result


def torchvision_kernel():
    """torchvision with a compiled kernel, and where that is from; None without one."""
    import torch

    torchvision = load_torchvision()
    try:
        torch.ops.torchvision.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
        return torchvision, "its own library"
    except (AttributeError, NotImplementedError, RuntimeError):
        pass
    library = os.environ.get("TV_NMS_SO")
    if not library:
        return None, "none: TV_NMS_SO is not set"
    torch.ops.load_library(library)
    # torchvision asks whether its own library was loaded; the operator is there without it.
    torchvision.extension._has_ops = lambda: True
    return torchvision, "its nms_kernel.cpp, compiled and named by TV_NMS_SO"


def suppression(found, scenes):
    """What each peer does with each scene, and what it keeps."""
    import cv2
    import numpy
    import torch

    jobs = {}
    for scene in scenes:
        boxes, scores = found[f"{scene}.boxes"], found[f"{scene}.scores"]
        sides = numpy.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], 1)
        lists = sides.astype(float).tolist(), scores.astype(float).tolist()
        torch_boxes, torch_scores = torch.from_numpy(boxes), torch.from_numpy(scores)
        jobs[scene] = {
            "torchvision": lambda b=torch_boxes, s=torch_scores: torch.ops.torchvision.nms(b, s, 0.5),
            "opencv-arrays": lambda b=sides, s=scores: cv2.dnn.NMSBoxes(b, s, 0.0, 0.5),
            "opencv-lists": lambda l=lists: cv2.dnn.NMSBoxes(*l, 0.0, 0.5),
        }
    return jobs


def post_processing(torchvision, found, width, height):
    """torchvision's post-processing of the same outputs."""
    import torch
    from torchvision.models.detection import RetinaNet

    class Body(torch.nn.Module):
        out_channels = 256

    classes = found["logits"].shape[1]
    network = RetinaNet(Body(), classes, score_thresh=0.05, nms_thresh=0.5, detections_per_img=300).eval()
    sizes = found["levels"].tolist()
    outputs = {
        "cls_logits": [x[None] for x in torch.from_numpy(found["logits"]).split(sizes)],
        "bbox_regression": [x[None] for x in torch.from_numpy(found["deltas"]).split(sizes)],
    }
    anchors = [list(torch.from_numpy(found["anchors"]).split(sizes))]

    def work():
        with torch.inference_mode():
            return network.postprocess_detections(outputs, anchors, [(height, width)])[0]
    return work


def timed(job):
    """Milliseconds of some calls; the first is not timed unless it takes long."""
    times = []
    for number in range(4):
        start = time.perf_counter()
        job()
        seconds = time.perf_counter() - start
        if number or seconds > LONG:
            times.append(seconds * 1e3)
        if seconds > LONG:
            break
    return times


def ours(options, *more):
    command = [str(options.focal), "bench", "nms", "--boxes", options.boxes, "--threads", str(options.threads),
               "--json", "--quiet", *more]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def differences(found, jobs, post):
    """Where a peer keeps others than we do."""
    import numpy

    told = {}
    for scene, peers in jobs.items():
        for name, job in peers.items():
            kept = numpy.asarray(job()).reshape(-1)
            mine = found[f"{scene}.kept"]
            told[f"{name}, {scene}"] = "none" if numpy.array_equal(kept, mine) else (
                f"{len(kept)} boxes instead of {len(mine)}, {len(set(kept.tolist()) ^ set(mine.tolist()))} differ")
    if post:
        told["torchvision, postprocess"] = unmatched(post(), found["detections"])
    return told


def unmatched(theirs, mine):
    """How many detections the other has not, to a hundredth of a pixel; of equal scores any may come first."""
    import numpy

    boxes, scores, labels = (theirs[key].numpy() for key in ("boxes", "scores", "labels"))
    same = ((abs(boxes[:, None] - mine[None, :, :4]).max(2) < 0.01) & (labels[:, None] == mine[None, :, 4])
            & (abs(scores[:, None] - mine[None, :, 5]) < 1e-5))
    empty = int(((boxes[:, 2:] - boxes[:, :2]).min(1) <= 0).sum())
    alone = int((~same.any(1)).sum()), int((~same.any(0)).sum())
    return f"{alone[0]} of its {len(boxes)} ({empty} of them without an area), {alone[1]} of our {len(mine)}"


def progress(text):
    print(text, file=sys.stderr, flush=True)


def measure(options):
    torchvision, kernel = torchvision_kernel()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "scenes.safetensors"
        report = ours(options, "--repetitions", "1", "--save", str(path))
        found = tensors(path)
    scenes = [name.removesuffix(".boxes") for name in sorted(found) if name.endswith(".boxes")]
    jobs = suppression(found, scenes)
    if torchvision is None:
        for peers in jobs.values():
            del peers["torchvision"]
    settings = report["settings"]
    post = post_processing(torchvision, found, settings["width"], settings["height"]) if torchvision else None
    told = differences(found, jobs, post)
    times, limits = {}, {}
    for number in range(options.rounds):
        report = ours(options, "--repetitions", "2")
        for case in report["cases"]:
            times.setdefault((case["name"], "focal"), []).append(case["milliseconds"])
            limits.setdefault(case["name"], []).append(case["limitMilliseconds"])
        for scene, peers in jobs.items():
            for name, job in peers.items():
                times.setdefault((f"nms-{scene}", name), []).append(statistics.median(timed(job)))
        if post:
            times.setdefault(("postprocess", "torchvision"), []).append(statistics.median(timed(post)))
        progress(f"round {number + 1} of {options.rounds}")
        # LibTorch's threads wait actively for a while: not on our time.
        time.sleep(0.3)
    cases = {}
    for case in report["cases"]:
        name = case["name"]
        medians = {who: statistics.median(values) for (what, who), values in times.items() if what == name}
        mine = medians["focal"]
        cases[name] = {
            "boxes": case["boxes"], "kept": case["kept"],
            "limitMilliseconds": statistics.median(limits[name]),
            "milliseconds": medians,
            "minimum": {who: min(values) for (what, who), values in times.items() if what == name},
            "timesFocal": {who: value / mine for who, value in medians.items() if who != "focal"},
        }
    return report, cases, told, kernel


def table(cases, told, kernel):
    print(f"{'':26}{'focal':>9}{'limit':>9}  peers: milliseconds, times ours")
    for name, case in cases.items():
        peers = "   ".join(f"{who} {case['milliseconds'][who]:.3g} ({times:.1f}x)"
                           for who, times in sorted(case["timesFocal"].items()))
        print(f"{name:26}{case['milliseconds']['focal']:9.3f}{case['limitMilliseconds']:9.3f}  {peers}")
    print(f"\ntorchvision's kernel: {kernel}\nkept otherwise than ours:")
    for name, difference in told.items():
        print(f"  {name}: {difference}")


def main():
    options = arguments()
    if not options.focal.exists():
        sys.exit(f"{options.focal}: not there; `make build` first, or name it with --focal")
    add_package("cv2", OPENCV)
    import cv2
    import torch

    torch.set_num_threads(options.threads)
    cv2.setNumThreads(options.threads)
    start = processor_seconds()
    report, cases, told, kernel = measure(options)
    share = others_share(start)
    table(cases, told, kernel)
    if share is not None and share > 0.05:
        print(f"\nOther processes took {share:.0%} of the processors: run it again on a quiet machine.")
    document = {
        "bench": "nms",
        "command": typed("Benchmarks/nms/compare.py"),
        "otherProcessesShare": share,
        "versions": {
            "python": ".".join(map(str, sys.version_info[:3])),
            **{name: importlib.metadata.version(name)
               for name in ("torch", "torchvision", "numpy", "opencv-python-headless")},
        },
        "torchvisionKernel": kernel,
        "settings": {**report["settings"], "rounds": options.rounds, "threads": options.threads},
        "differences": told,
        "results": cases,
    }
    write_results("nms.json", options.hardware, report["machine"], document)


if __name__ == "__main__":
    enter_environment(__file__)
    main()
