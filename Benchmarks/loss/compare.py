#!/usr/bin/env python3
"""The focal loss of `focal` beside torchvision's, eager and compiled, in one run.

usage: make build && Benchmarks/loss/compare.py            (makes Benchmarks/.venv on the first run)
       Benchmarks/loss/compare.py --rows 1000000 --classes 1 --dtypes f32

Loss and gradient of a picture's anchors: logits drawn from N(-4.6, 1), 100 rows that are objects, 500
that are ignored, alpha 0.25, gamma 2, summed. torchvision gets its one-hot targets ready-made. Each round
runs `focal bench loss` and then every peer, so that whatever else the machine does falls on all of them;
figures are medians over the rounds. Writes Benchmarks/results/<date>-<hardware>/loss.json.
"""
import argparse
import importlib.metadata
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from common import (  # noqa: E402
    ROOT, enter_environment, load_torchvision, others_share, processor_seconds, status, typed,
    write_results)

NAMES = {"f32": "float32", "bf16": "bfloat16"}


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--focal", type=pathlib.Path, default=ROOT / ".build/release/focal")
    parser.add_argument("--rows", type=int, default=120087)
    parser.add_argument("--classes", type=int, default=80)
    parser.add_argument("--dtypes", default="f32,bf16", help="f32, bf16 or both")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--hardware", help="a name for the results' folder; else the processor's")
    return parser.parse_args()


def peak_growth(job):
    """The most memory that a call occupied beyond what was occupied before it."""
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return None
    before = status("VmRSS")
    job()
    return status("VmHWM") - before


def timed(job, calls):
    """Milliseconds of each call; the first is not timed, as in `focal bench`."""
    job()
    times = []
    for _ in range(calls):
        start = time.perf_counter()
        job()
        times.append((time.perf_counter() - start) * 1e3)
    return times


class Peers:
    """torchvision's loss on one kind of logits."""

    def __init__(self, options, dtype, loss):
        import torch

        generator = torch.Generator().manual_seed(7)
        shape = (options.rows, options.classes)
        drawn = torch.randn(shape, generator=generator) - 4.6
        self.logits = drawn.to(getattr(torch, NAMES[dtype])).requires_grad_(True)
        order = torch.randperm(options.rows, generator=generator)
        objects = order[: min(100, options.rows // 4)]
        category = torch.randint(0, options.classes, objects.shape, generator=generator)
        self.targets = torch.zeros_like(self.logits.detach())
        self.targets[objects, category] = 1
        self.buffer = torch.empty_like(self.targets)
        compiled = torch.compile(lambda x, t: loss(x, t, reduction="sum"), dynamic=False)
        eager = lambda x, t: loss(x, t, reduction="sum")  # noqa: E731
        self.jobs = {
            "torchvision": lambda: self.step(eager),
            "torchvision-compiled": lambda: self.step(compiled),
            "torch.neg": lambda: torch.neg(self.logits.detach(), out=self.buffer),
        }
        self.calls = {"torchvision": 2, "torchvision-compiled": 3, "torch.neg": 9}
        with torch.no_grad():
            exact = loss(self.logits.double(), self.targets.double(), reduction="sum")
        self.exact = float(exact)

    def step(self, loss):
        self.logits.grad = None
        value = loss(self.logits, self.targets)
        value.backward()
        return float(value.detach())

    def facts(self, name):
        """What is to be known of a peer besides its time; the call also warms it up."""
        job = self.jobs[name]
        value = job()
        if name == "torch.neg":
            return {}
        self.logits.grad = None
        growth = peak_growth(job)
        gradient = self.logits.numel() * self.logits.element_size()
        return {
            "relativeError": abs(value / self.exact - 1),
            "extraBytes": None if growth is None else max(0, growth - gradient),
        }


def focal_cases(options, dtype, seed):
    """One short run of our own benchmark."""
    command = [
        str(options.focal), "bench", "loss", "--json", "--quiet", "--dtype", dtype,
        "--rows", str(options.rows), "--classes", str(options.classes),
        "--threads", str(options.threads), "--repetitions", "1", "--seed", str(seed),
    ]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def measure(options, dtype, loss):
    """The medians of all cases over the rounds, with their ratios."""
    peers = Peers(options, dtype, loss)
    cases = {name: {"milliseconds": [], **peers.facts(name)} for name in peers.jobs}
    machine = None
    for number in range(options.rounds):
        report = focal_cases(options, dtype, number)
        machine = report["machine"]
        for case in report["cases"]:
            entry = cases.setdefault(case["name"], {"milliseconds": [], "limits": []})
            entry["milliseconds"].append(case["milliseconds"])
            entry["limits"].append(case["limitMilliseconds"])
            for key in ("relativeError", "gradientError", "extraBytes", "instructionSet"):
                if case.get(key) is not None:
                    worst = max if key != "instructionSet" else (lambda _, new: new)
                    entry[key] = worst(entry.get(key, case[key]), case[key])
        for name, job in peers.jobs.items():
            cases[name]["milliseconds"] += timed(job, peers.calls[name])
        progress(f"{NAMES[dtype]}: round {number + 1} of {options.rounds}")
        # LibTorch's threads wait actively for a while: not on our time.
        time.sleep(0.3)
    fused = cases[f"fused-{NAMES[dtype]}"]
    limit = statistics.median(fused["limits"])
    for entry in cases.values():
        times = entry.pop("milliseconds")
        entry.pop("limits", None)
        entry["milliseconds"] = statistics.median(times)
        entry["minimum"] = min(times)
        entry["ratioToLimit"] = entry["milliseconds"] / limit
    for entry in cases.values():
        entry["timesFused"] = entry["milliseconds"] / fused["milliseconds"]
    return machine, {"limitMilliseconds": limit, "cases": cases}


def progress(text):
    print(text, file=sys.stderr, flush=True)


def table(results):
    for dtype, result in results.items():
        limit = result["limitMilliseconds"]
        print(f"\n{dtype}: one streaming pass takes {limit:.2f} ms")
        print(f"{'':26}{'ms':>9}{'limits':>9}{'fused':>9}{'extra MiB':>11}{'error':>10}")
        for name, case in sorted(result["cases"].items(), key=lambda item: item[1]["milliseconds"]):
            extra = case.get("extraBytes")
            error = case.get("relativeError")
            print(
                f"{name:26}{case['milliseconds']:9.2f}{case['ratioToLimit']:8.1f}x"
                f"{case['timesFused']:8.1f}x"
                + (f"{extra / 2**20:11.1f}" if extra is not None else f"{'':11}")
                + (f"{error:10.0e}" if error is not None else "")
            )


def main():
    options = arguments()
    if not options.focal.exists():
        sys.exit(f"{options.focal}: not there; `make build` first, or name it with --focal")
    unknown = set(options.dtypes.split(",")) - set(NAMES)
    if unknown:
        sys.exit(f"--dtypes: found {', '.join(sorted(unknown))}, expected f32, bf16 or both")
    import torch

    torch.set_num_threads(options.threads)
    loss = load_torchvision().ops.sigmoid_focal_loss
    start = processor_seconds()
    results = {}
    for dtype in options.dtypes.split(","):
        machine, results[NAMES[dtype]] = measure(options, dtype, loss)
    share = others_share(start)
    document = {
        "bench": "loss",
        "command": typed("Benchmarks/loss/compare.py"),
        "otherProcessesShare": share,
        "versions": {
            "python": ".".join(map(str, sys.version_info[:3])),
            **{name: importlib.metadata.version(name) for name in ("torch", "torchvision")},
        },
        "settings": {
            "rows": options.rows, "classes": options.classes, "rounds": options.rounds,
            "alpha": 0.25, "gamma": 2,
        },
        "results": results,
    }
    name = "loss.json"
    if (options.rows, options.classes) != (120087, 80):
        name = f"loss-{options.rows}x{options.classes}.json"
    table(results)
    if share is not None and share > 0.05:
        print(f"\nOther processes took {share:.0%} of the processors: run it again on a quiet machine.")
    write_results(name, options.hardware, machine, document)


if __name__ == "__main__":
    enter_environment(__file__)
    main()
