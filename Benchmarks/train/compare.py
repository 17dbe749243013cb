#!/usr/bin/env python3
"""A step of training of `focal` beside torchvision's, in turns in one run.

usage: make build && Benchmarks/train/compare.py            (makes Benchmarks/.venv on the first run)
       Benchmarks/train/compare.py --backbone resnet18 --size 256 --batch 8

torchvision's RetinaNet with fresh weights, batch norm, everything trained, SGD with momentum: as it
comes, in channels-last order, with bfloat16 autocast in that order, and that with backbone, heads and
focal loss compiled. Pictures are square and random, ten boxes each, 91 classes. Every peer is a process
of its own that waits for its turn; a turn is some steps, the first of which is not timed. Figures are
medians over all turns, memory is the process's peak. Writes Benchmarks/results/<date>-<hardware>/.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import common  # noqa: E402

PEERS = ["torchvision-float32", "torchvision-float32-channels-last", "torchvision-bfloat16-channels-last",
         "torchvision-bfloat16-compiled"]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--focal", type=pathlib.Path, default=common.ROOT / ".build/release/focal")
    parser.add_argument("--backbone", default="resnet50", help="resnet18, resnet34, resnet50 or resnet101")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=2, help="timed steps of a turn")
    parser.add_argument("--peers", default=",".join(PEERS), help="which of torchvision's, by comma")
    parser.add_argument("--hardware", help="a name for the results' folder; else the processor's")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    return parser.parse_args()


class Peer:
    """torchvision's step, in a process of its own."""

    def __init__(self, options, name):
        import torch

        torch.set_num_threads(options.threads)
        common.load_torchvision()
        torch.manual_seed(3)
        self.torch = torch
        self.short = "bfloat16" in name
        self.model = self.build(options)
        if "channels-last" in name or "compiled" in name:
            self.model = self.model.to(memory_format=torch.channels_last)
        if "compiled" in name:
            import torchvision.models.detection.retinanet as module

            self.model.backbone = torch.compile(self.model.backbone)
            self.model.head.forward = torch.compile(self.model.head.forward)
            module.sigmoid_focal_loss = torch.compile(module.sigmoid_focal_loss)
        weights = [weight for weight in self.model.parameters() if weight.requires_grad]
        self.optimizer = torch.optim.SGD(weights, lr=1e-4, momentum=0.9, weight_decay=1e-4)
        generator = torch.Generator().manual_seed(11)
        size = options.size
        self.images = [torch.rand(3, size, size, generator=generator) for _ in range(options.batch)]
        self.targets = []
        for _ in self.images:
            corner = torch.rand(10, 2, generator=generator) * (size * 0.7)
            extent = torch.rand(10, 2, generator=generator) * (size * 0.25) + size * 0.04
            labels = torch.randint(1, 91, (10,), generator=generator)
            self.targets.append({"boxes": torch.cat([corner, corner + extent], 1), "labels": labels})

    @staticmethod
    def build(options):
        from torch import nn
        from torchvision.models.detection import RetinaNet
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        from torchvision.ops.feature_pyramid_network import LastLevelP6P7

        body = resnet_fpn_backbone(
            backbone_name=options.backbone, weights=None, norm_layer=nn.BatchNorm2d,
            trainable_layers=5, returned_layers=[2, 3, 4], extra_blocks=LastLevelP6P7(256, 256))
        size = options.size
        return RetinaNet(body, 91, min_size=size, max_size=size, _skip_resize=True).train()

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        with self.torch.autocast("cpu", dtype=self.torch.bfloat16, enabled=self.short):
            losses = self.model(self.images, self.targets)
            loss = losses["classification"] + losses["bbox_regression"]
        loss.float().backward()
        self.optimizer.step()
        return float(loss.detach())

    def serve(self):
        """A number of steps on a line of input, their milliseconds on a line of output."""
        for line in sys.stdin:
            times = []
            for number in range(int(line) + 1):
                start = time.perf_counter()
                self.step()
                if number > 0:
                    times.append((time.perf_counter() - start) * 1e3)
            print(json.dumps({"milliseconds": times, "peakBytes": common.status("VmHWM")}), flush=True)


def focal_cases(options):
    command = [
        str(options.focal), "bench", "train", "--json", "--quiet", "--backbone", options.backbone,
        "--size", str(options.size), "--batch", str(options.batch), "--threads", str(options.threads),
        "--repetitions", str(options.steps),
    ]
    reports = [
        json.loads(subprocess.run(command + ["--dtype", dtype], check=True, capture_output=True).stdout)
        for dtype in ("f32", "bf16")
    ]
    return reports[0]["machine"], [case for report in reports for case in report["cases"]]


def ask(peer, steps):
    peer.stdin.write(f"{steps}\n")
    peer.stdin.flush()
    answer = peer.stdout.readline()
    if not answer:
        sys.exit("a peer ended before its turn did; its last words are above")
    return json.loads(answer)


def measure(options):
    names = [name for name in options.peers.split(",") if name]
    words = [sys.executable, str(pathlib.Path(__file__).resolve())]
    for key in ("backbone", "size", "batch", "threads"):
        words += [f"--{key}", str(getattr(options, key))]
    peers = {
        name: subprocess.Popen(words + ["--serve", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
        for name in names
    }
    cases, machine = {}, None
    try:
        for name, peer in peers.items():  # once before anything counts: compiling, and fresh memory
            print(f"{name}: warming up", file=sys.stderr, flush=True)
            ask(peer, 1)
        for number in range(options.rounds):
            machine, own = focal_cases(options)
            for case in own:
                add(cases, "focal-" + case["name"], [case["milliseconds"]], case)
            for name, peer in peers.items():
                answer = ask(peer, options.steps)
                add(cases, name, answer["milliseconds"], answer)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    finally:
        for peer in peers.values():
            peer.stdin.close()
            peer.wait()
    for case in cases.values():
        times = case["milliseconds"]
        case["minimum"], case["milliseconds"] = min(times), statistics.median(times)
    return machine, cases


def add(cases, name, times, facts):
    case = cases.setdefault(name, {"milliseconds": []})
    case["milliseconds"] += times
    if facts.get("peakBytes"):
        case["peakBytes"] = max(case.get("peakBytes", 0), facts["peakBytes"])
    for key in ("gigaflops", "limitMilliseconds", "share"):
        if facts.get(key):
            case[key] = facts[key]


def table(cases):
    own = {dtype: cases[f"focal-step-{dtype}"]["milliseconds"] for dtype in ("float32", "bfloat16")}
    print(f"{'':38}{'ms':>9}{'minimum':>9}{'float32':>9}{'bfloat16':>9}{'MiB':>7}")
    for name, case in cases.items():
        ratios = "".join(f"{case['milliseconds'] / value:8.2f}x" for value in own.values())
        peak = case.get("peakBytes")
        print(f"{name:38}{case['milliseconds']:9.0f}{case['minimum']:9.0f}{ratios}"
              + (f"{peak / 2**20:7.0f}" if peak else ""))


def main():
    options = arguments()
    if options.serve:
        Peer(options, options.serve).serve()
        return
    unknown = [name for name in options.peers.split(",") if name and name not in PEERS]
    if unknown:
        sys.exit(f"--peers: found {', '.join(unknown)}, expected some of {', '.join(PEERS)}")
    if not options.focal.exists():
        sys.exit(f"{options.focal}: not there; `make build` first, or name it with --focal")
    machine, cases = measure(options)
    table(cases)
    common.write_results(f"train-{options.backbone}-{options.size}-{options.batch}.json", options.hardware, machine, {
        "bench": "train",
        "command": common.typed("Benchmarks/train/compare.py"),
        "settings": {key: getattr(options, key) for key in ("backbone", "size", "batch", "rounds", "steps")},
        "results": cases,
    })


if __name__ == "__main__":
    common.enter_environment(__file__)
    main()
