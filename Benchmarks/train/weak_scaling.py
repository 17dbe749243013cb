#!/usr/bin/env python3
"""How much of a machine more workers give: the same training with a batch in proportion to the workers.

usage: make build && Benchmarks/train/weak_scaling.py --data BCCD        (makes Benchmarks/.venv on the first run)

BCCD is a folder with train.json, val.json and JPEGImages/. Everything runs with one thread a worker, in turns:

    alone     one worker, BATCH pictures a step
    beside    the same, while others like it run on the machine and share nothing with it
    together  WORKERS workers, BATCH * WORKERS pictures a step
    threads   one worker with WORKERS threads, BATCH * WORKERS pictures a step (of ours only)

for `focal train --preset small`, an epoch each, and for torchvision's RetinaNet under DistributedDataParallel over
Gloo (float32, random pictures of 192 by 192; each worker's batch norm for itself, since SyncBatchNorm needs CUDA).

A step's time is the median from step 6 on, less what it waited for data; of several rounds, the median. Weak-scaling
efficiency is alone / together. beside / together is the exchange's part of it: the rest is memory that both share.
"""
import argparse
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import compare  # noqa: E402

PEER = "torchvision-float32-channels-last"
PEER_STEPS = 11


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--focal", type=pathlib.Path, default=common.ROOT / ".build/release/focal")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="of the recipe, as focal's")
    parser.add_argument("--hardware", help="a name for the results' folder; else the processor's")
    parser.add_argument("--serve", nargs=3, type=int, metavar=("RANK", "COUNT", "PORT"), help=argparse.SUPPRESS)
    return parser.parse_args()


def run(commands):
    """Starts all at once; the first one's standard output."""
    running = [subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True) for words in commands]
    outputs = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        sys.exit(f"{commands[0][0]} ended with {[process.returncode for process in running]}")
    return outputs[0]


class Focal:
    name = "focal"

    def __init__(self, options):
        self.options = options

    def command(self, out, batch, processes, threads):
        options = self.options
        words = [options.focal, "train", "--train", options.data / "train.json", "--val", options.data / "val.json"]
        words += ["--images", options.data / "JPEGImages", "--preset", "small", "--out", out, "--quiet", "--no-doctor"]
        words += ["--nproc", processes] if processes > 1 else []
        pairs = ["schedule.epochs=1", f"schedule.batchSize={batch}", f"threads={threads}", *options.set]
        return words + [word for pair in pairs for word in ("--set", pair)]

    def measure(self, batch, processes=1, threads=1, copies=1):
        with tempfile.TemporaryDirectory() as folder:
            runs = [pathlib.Path(folder) / f"run{copy}" for copy in range(copies)]
            run([self.command(out, batch, processes, threads) for out in runs])
            lines = [json.loads(line) for line in (runs[0] / "metrics.jsonl").read_text().splitlines()]
        steps = [line for line in lines if line["kind"] == "step" and line["step"] > 5]
        whole = sum(step["seconds"] for step in steps)
        return {
            "seconds": statistics.median(step["seconds"] - step["dataSeconds"] for step in steps),
            "waiting": sum(step.get("communicationSeconds", 0) for step in steps) / whole,
        }


class Torchvision:
    name = "torchvision, DistributedDataParallel"

    def __init__(self, options):
        self.options = options

    def measure(self, batch, processes=1, threads=1, copies=1):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        own = [sys.executable, pathlib.Path(__file__).resolve(), "--data", self.options.data]
        own += ["--batch", batch // processes]
        commands = [own + ["--serve", rank, processes, port] for rank in range(processes)] * copies
        return {"seconds": float(run(commands))}


def serve(options):
    """One worker of torchvision's: prints the median of its steps."""
    import torch

    rank, count, port = options.serve
    setting = argparse.Namespace(backbone="resnet18", size=192, batch=options.batch, threads=1)
    peer = compare.Peer(setting, PEER)
    if count > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
        torch.distributed.init_process_group("gloo", rank=rank, world_size=count)
        peer.model = torch.nn.parallel.DistributedDataParallel(peer.model)
    times = []
    for _ in range(PEER_STEPS):
        start = time.perf_counter()
        peer.step()
        times.append(time.perf_counter() - start)
    print(statistics.median(times[5:]))


def main():
    options = arguments()
    if options.serve:
        return serve(options)
    whole = options.batch * options.workers
    turns = {
        "alone": {"batch": options.batch},
        "beside": {"batch": options.batch, "copies": options.workers},
        "together": {"batch": whole, "processes": options.workers},
        "threads": {"batch": whole, "threads": options.workers},
    }
    glance = [options.focal, "bench", "lens", "--rows", "100", "--repetitions", "1", "--json", "--quiet"]
    machine = json.loads(subprocess.run(glance, check=True, capture_output=True).stdout)["machine"]
    peers = [Focal(options), Torchvision(options)]
    measured = {(peer.name, turn): [] for peer in peers for turn in turns}
    for number in range(options.rounds):
        for turn, setting in turns.items():
            for peer in peers:
                if turn != "threads" or peer.name == "focal":
                    measured[peer.name, turn].append(peer.measure(**setting))
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    results = {}
    for peer in peers:
        seconds = {}
        for turn, setting in turns.items():
            times = [one["seconds"] for one in measured[peer.name, turn]]
            if times:
                seconds[turn] = statistics.median(times)
                print(f"{peer.name:40}{turn:10}{1e3 * seconds[turn]:7.0f} ms ({1e3 * min(times):.0f} to "
                      f"{1e3 * max(times):.0f}), {setting['batch'] / seconds[turn]:6.2f} pictures a second")
        results[peer.name] = {
            "seconds": seconds,
            "efficiency": seconds["alone"] / seconds["together"],
            "efficiencyOfExchange": seconds["beside"] / seconds["together"],
        }
        print(f"{peer.name:40}weak-scaling efficiency {results[peer.name]['efficiency']:.2f}, "
              f"of the exchange {results[peer.name]['efficiencyOfExchange']:.2f}")
    waiting = statistics.median(one["waiting"] for one in measured["focal", "together"])
    results["focal"]["shareOfWaiting"] = waiting
    print(f"focal waited {100 * waiting:.0f} % of a step for others")
    common.write_results("weak-scaling.json", options.hardware, machine, {
        "bench": "weak-scaling",
        "command": common.typed("Benchmarks/train/weak_scaling.py"),
        "settings": {key: getattr(options, key) for key in ("workers", "batch", "rounds", "set")},
        "results": results,
    })


if __name__ == "__main__":
    common.enter_environment(__file__)
    main()
