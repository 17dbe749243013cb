#!/usr/bin/env python3
"""From two files to the twelve numbers: `focal eval` beside hotcoco, faster-coco-eval and pycocotools, in turns.

usage: make build && Benchmarks/eval/compare.py               (makes Benchmarks/eval/.venv on the first run)
       Benchmarks/eval/compare.py --scales 1,10 --without pycocotools,faster_coco_eval

The files are those of coco_like.py. Every run is a process of its own, so that its peak memory (what the
kernel says when it ends) is its own; rounds go through all of them, so whatever else the machine does falls on
all. Two times are taken of each: `work`, from the two files to the twelve numbers, timed inside the process after
everything was loaded or imported, and `whole`, from starting the process to its end. Medians over the
rounds; pycocotools runs once, as it takes most of a minute. Writes Benchmarks/results/<date>-<hardware>/eval.json.
"""
import argparse
import contextlib
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
import common  # noqa: E402
import environment  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
NAMES = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]
OURS = "focal, 2 threads"


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--focal", type=pathlib.Path, default=common.ROOT / ".build/release/focal")
    parser.add_argument("--scales", default="1", help="how many times COCO's val2017, by comma; the first is compared")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--without", default="", help="peers to leave out, by comma")
    parser.add_argument("--data", type=pathlib.Path, help="a folder that keeps the files from run to run")
    parser.add_argument("--hardware", help="a name for the results' folder; else the processor's")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def serve(name, truth, detections):
    """One peer's work, timed after its import; one line of JSON on standard output."""
    COCO, COCOeval = environment.peer(name)
    # hotcoco prints from Rust, past Python's standard output.
    output = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with contextlib.redirect_stdout(open(os.devnull, "w", encoding="utf-8")):
        start = time.perf_counter()
        ground_truth = COCO(truth)
        evaluation = COCOeval(ground_truth, ground_truth.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        seconds = time.perf_counter() - start
    report = {"seconds": seconds, **dict(zip(NAMES, map(float, evaluation.stats)))}
    os.write(output, json.dumps(report).encode())


def run(command, variables):
    """Runs a process: its JSON, its whole time and the most memory that it occupied."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, env={**os.environ, **variables})
        _, status, usage = os.wait4(process.pid, 0)
        whole = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{command}\nended with status {process.returncode}")
        output.seek(0)
        report = json.loads(output.read())
    unit = 1 if sys.platform == "darwin" else 1024
    return {"work": report["seconds"], "whole": whole, "peakBytes": usage.ru_maxrss * unit,
            "numbers": {name: report[name] for name in NAMES}}


def contenders(options, folder):
    """Name, command and environment of each, with how many rounds at most."""
    files = [str(folder / "gt.json"), str(folder / "dets.json")]
    focal = [str(options.focal), "eval", "--ground-truth", files[0], "--detections", files[1], "--json", "--quiet"]
    peer = [sys.executable, str(HERE / "compare.py"), "--serve"]
    every = [
        (OURS, [*focal, "--threads", "2"], {}, options.rounds),
        ("focal, 1 thread", [*focal, "--threads", "1"], {}, options.rounds),
        ("hotcoco, 2 threads", [*peer, "hotcoco", *files], {"RAYON_NUM_THREADS": "2"}, options.rounds),
        ("hotcoco, 1 thread", [*peer, "hotcoco", *files], {"RAYON_NUM_THREADS": "1"}, options.rounds),
        ("faster_coco_eval", [*peer, "faster_coco_eval", *files], {}, min(options.rounds, 3)),
        ("pycocotools", [*peer, "pycocotools", *files], {}, 1),
    ]
    without = set(options.without.split(","))
    return [entry for entry in every if entry[0].split(",")[0] not in without]


def data(options, scale, scratch):
    folder = (options.data or pathlib.Path(scratch)) / f"{scale:g}"
    if not (folder / "dets.json").exists():
        subprocess.run([sys.executable, str(HERE / "coco_like.py"), "--out", str(folder), "--scale", f"{scale:g}"],
                       check=True, stdout=sys.stderr)
    return folder


def measure(options, folder, scale):
    runs = {}
    for number in range(options.rounds):
        for name, command, variables, rounds in contenders(options, folder):
            if number < rounds:
                runs.setdefault(name, []).append(run(command, variables))
        print(f"scale {scale:g}: round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    reference = runs[OURS][0]["numbers"]
    result = {}
    for name, entries in runs.items():
        result[name] = {
            "work": statistics.median(entry["work"] for entry in entries),
            "whole": statistics.median(entry["whole"] for entry in entries),
            "workMinimum": min(entry["work"] for entry in entries),
            "peakBytes": max(entry["peakBytes"] for entry in entries),
            "rounds": len(entries),
            "difference": max(abs(entry["numbers"][key] - reference[key]) for entry in entries for key in NAMES),
        }
    for entry in result.values():
        entry["timesFocal"] = entry["work"] / result[OURS]["work"]
        entry["wholeTimesFocal"] = entry["whole"] / result[OURS]["whole"]
    return result


def table(results):
    for scale, result in results.items():
        print(f"\n{scale} x COCO val2017")
        print(f"{'':20}{'work, s':>9}{'ratio':>8}{'whole, s':>10}{'ratio':>8}{'peak MiB':>10}{'|difference|':>14}")
        for name, entry in result.items():
            print(f"{name:20}{entry['work']:9.3f}{entry['timesFocal']:7.2f}x{entry['whole']:10.3f}"
                  f"{entry['wholeTimesFocal']:7.2f}x{entry['peakBytes'] / 2**20:10.0f}{entry['difference']:14.1e}")
    if len(results) > 1:
        first, *others = results
        for scale in others:
            for name, entry in results[scale].items():
                before = results[first].get(name)
                if before:
                    print(f"\n{name}, {first} to {scale} times the data: {entry['work'] / before['work']:.1f} times "
                          f"the work, {entry['peakBytes'] / before['peakBytes']:.1f} times the memory", end="")
        print()


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), "unknown") if os.path.exists("/proc/cpuinfo") else "unknown"
    return {"cpu": model, "cores": os.cpu_count()}


def main():
    options = arguments()
    if options.serve:
        serve(*options.serve)
        return
    if not options.focal.exists():
        sys.exit(f"{options.focal}: not there; `make build` first, or name it with --focal")
    results, start = {}, common.processor_seconds()
    with tempfile.TemporaryDirectory() as scratch:
        for scale in map(float, options.scales.split(",")):
            results[f"{scale:g}"] = measure(options, data(options, scale, scratch), scale)
    table(results)
    share = common.others_share(start)
    if share is not None and share > 0.05:
        print(f"\nOther processes took {share:.0%} of the processors: run it again on a quiet machine.")
    document = {
        "bench": "eval",
        "command": common.typed("Benchmarks/eval/compare.py"),
        "otherProcessesShare": share,
        "versions": {name: importlib.metadata.version(name.replace("_", "-"))
                     for name in [*environment.PEERS, "numpy"]},
        "settings": {"rounds": options.rounds, "scales": options.scales},
        "results": results,
    }
    common.write_results("eval.json", options.hardware, machine(), document)


if __name__ == "__main__":
    environment.enter(__file__)
    main()
