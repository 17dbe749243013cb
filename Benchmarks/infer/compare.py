#!/usr/bin/env python3
"""Prediction of RetinaNet-50 by `focal` beside torchvision, torch.compile, ONNX Runtime and OpenVINO, in turns in one run.

usage: make build && Benchmarks/infer/compare.py            (fills Benchmarks/.venv on the first run)
       Benchmarks/infer/compare.py --height 512 --width 512
       Benchmarks/infer/compare.py --model best.safetensors --images pictures/

One picture of noise through backbone, pyramid and heads, to the logits and deltas of every anchor: no detections are
made of them. All have the same weights: torchvision's network with norms of its own statistics; `focal import
torchvision` makes our model of it, `focal export` the ONNX file, whose detection part is cut off here. What each
engine says is held against torchvision's in float32. Every peer is a process of its own that waits for its turn; a
turn is one pass that is not timed and some that are, of ours a process that packs its weights anew. Figures are
medians over the turns' medians, memory is the process's peak, `others` the greatest share of the processors that
strange processes had in a turn. With --model and --images, `focal bench infer` tells the time from real pictures to
their detections too. --wait asks for a line of input before each turn: whoever wants a quiet machine makes it so
first. Writes Benchmarks/results/<date>-<hardware>/.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
import common  # noqa: E402
import peers  # noqa: E402

FORMS = ["plain", "float32", "bfloat16", "int8"]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--focal", type=pathlib.Path, default=common.ROOT / ".build/release/focal")
    parser.add_argument("--height", type=int, default=800)
    parser.add_argument("--width", type=int, default=1088)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--passes", type=int, default=2, help="timed passes of a peer's turn; of ours always three")
    parser.add_argument("--peers", default=",".join(peers.NAMES), help="which, by comma")
    parser.add_argument("--model", help="a model file whose detections in --images are timed too")
    parser.add_argument("--images", help="its pictures: a file, a folder or a pattern")
    parser.add_argument("--wait", action="store_true", help="ask for a line of input before each turn")
    parser.add_argument("--hardware", help="a name for the results' folder; else the processor's")
    parser.add_argument("--folder", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


class Comparison:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.names = [name for name in options.peers.split(",") if name]
        self.cases, self.machine, self.processes = {}, None, {}

    def focal(self, *words):
        command = [str(self.options.focal), *map(str, words)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{' '.join(words[:2])}: {run.stderr.strip()}")
        return run.stdout

    def bench(self, *words):
        report = json.loads(self.focal(
            "bench", "infer", "--json", "--quiet", "--threads", self.options.threads, *words))
        self.machine = report["machine"]
        return report["cases"]

    def own(self, form, *words):
        """The cases of one of our forms, by a process of its own: its memory is that form's alone."""
        chosen = ["--precision", "float32" if form == "plain" else form]
        if form != "plain":
            chosen.append("--no-plain")
        return self.bench("--model", self.folder / "model.safetensors", "--input", self.folder / "in.safetensors",
                          "--repetitions", 1, *chosen, *words)

    def prepare(self):
        folder = self.folder
        self.say("weights, pictures, reference")
        subprocess.run(self.python("--make"), check=True)
        self.focal("import", "torchvision", folder / "weights.pth", "--out", folder / "model.safetensors", "--quiet")
        self.focal("export", "--model", folder / "model.safetensors", "--format", "onnx",
                   "--out", folder / "model.onnx", "--quiet")
        peers.cut(folder / "model.onnx", folder / "heads.onnx", [1, 3, self.options.height, self.options.width])
        for name in self.names:
            self.say(name)
            process = subprocess.Popen(self.python("--serve", name), stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
            self.processes[name] = process
            self.cases[name] = {"turns": [], **self.ask(name, "check")}
        self.say("focal")
        self.own("plain", *[word for form in FORMS[2:] for word in ("--precision", form)],
                 "--output", folder / "out.safetensors")
        outputs = peers.read_tensors(folder / "out.safetensors")
        for form in FORMS:
            found = peers.differences(folder, (outputs[f"logits-{form}"], outputs[f"deltas-{form}"]))
            precision = "float32" if form == "plain" else form
            self.cases[f"focal-{form}"] = {"turns": [], "precision": precision, **found}

    def python(self, *words):
        options = self.options
        return [sys.executable, str(HERE / "compare.py"), "--folder", str(self.folder), *words,
                *[word for key in ("height", "width", "threads")
                  for word in (f"--{key}", str(getattr(options, key)))]]

    def ask(self, name, question):
        process = self.processes[name]
        process.stdin.write(f"{question}\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            sys.exit(f"{name} ended before its turn did; its last words are above")
        return json.loads(answer)

    def say(self, words):
        print(words, file=sys.stderr, flush=True)

    def turn(self, words):
        self.say(words)
        if self.options.wait:
            sys.stdin.readline()

    def round(self, number):
        """Everyone's turn; every second round goes backwards."""
        order = [f"focal-{form}" for form in FORMS] + self.names
        for name in order if number % 2 == 0 else reversed(order):
            self.turn(f"round {number + 1} of {self.options.rounds}: {name}")
            case, start = self.cases[name], self.busy()
            if name in self.processes:
                answer = self.ask(name, self.options.passes)
                self.add(case, answer["milliseconds"], answer["peakBytes"])
            else:
                form = name.split("-")[1]
                own = next(entry for entry in self.own(form) if entry["name"] == form)
                self.add(case, [own["milliseconds"]], own.get("peakBytes") if form != "plain" else None)
                case.setdefault("minima", []).append(own["minimum"])
                case.setdefault("limits", []).append(own["limitMilliseconds"])
                case["multiplyAdds"] = own["gigaflops"] * own["milliseconds"] * 1e6 / 2
            if start:
                whole, busy, mine = (after - before for before, after in zip(start, self.busy()))
                case.setdefault("othersShares", []).append(round(max(0, busy - mine) / max(whole, 0.01), 3))

    @staticmethod
    def add(case, times, peak):
        case["turns"].append(statistics.median(times))
        case.setdefault("minima", []).append(min(times))
        if peak:
            case["peakBytes"] = max(case.get("peakBytes", 0), peak)

    def busy(self):
        """Processor seconds since the machine's start, and of them those of this run; None elsewhere than on Linux."""
        seconds = common.processor_seconds()
        if seconds is None:
            return None
        (whole, idle, mine), ticks = seconds, os.sysconf("SC_CLK_TCK")
        for process in self.processes.values():  # children that have not ended are not among `mine`
            fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            mine += (int(fields[11]) + int(fields[12])) / ticks
        return whole, whole - idle, mine

    def measure(self):
        """Everything: what the parts of a pass take, and detections where they are asked for."""
        try:
            self.prepare()
            for number in range(self.options.rounds):
                self.round(number)
            self.turn("parts")
            parts = self.own("float32", "--precision", "bfloat16", "--precision", "int8", "--parts")
            detections = None
            if self.options.model and self.options.images:
                self.turn("detections")
                detections = self.bench("--model", self.options.model, "--images", self.options.images,
                                        "--repetitions", 3)
        finally:
            for process in self.processes.values():
                process.stdin.close()
                process.wait()
        for case in self.cases.values():
            case["milliseconds"] = statistics.median(case["turns"])
            case["minimum"] = min(case.pop("minima"))
            if "limits" in case:
                case["limitMilliseconds"] = statistics.median(case.pop("limits"))
        return parts, detections


def ratios(cases):
    """Ours over the best peer's; below 1 is faster."""
    def best(precision):
        times = {name: case["milliseconds"] for name, case in cases.items()
                 if case["precision"] == precision and not name.startswith("focal")}
        return min(times, key=times.get) if times else None

    own = {form: cases[f"focal-{form}"]["milliseconds"] for form in FORMS}
    found = {}
    for form, precision in (("float32", "float32"), ("bfloat16", "bfloat16"), ("int8", "bfloat16")):
        peer = best(precision)
        if peer:
            found[f"{form} / {peer}"] = own[form] / cases[peer]["milliseconds"]
    found["int8 / focal-bfloat16"] = own["int8"] / own["bfloat16"]
    return found


def table(cases, found, parts, detections):
    print(f"\n{'':38}{'ms':>8}{'minimum':>9}{'limit':>8}{'MiB':>7}{'logits +-':>11}{'deltas +-':>11}{'others':>8}")
    for name, case in sorted(cases.items(), key=lambda item: item[1]["milliseconds"]):
        limit, peak = case.get("limitMilliseconds"), case.get("peakBytes")
        print(f"{name:38}{case['milliseconds']:8.0f}{case['minimum']:9.0f}"
              + (f"{limit:8.0f}" if limit else " " * 8) + (f"{peak / 2**20:7.0f}" if peak else " " * 7)
              + f"{case['logitDifference']:11.2g}{case['deltaDifference']:11.2g}"
              + (f"{max(case['othersShares']) * 100:7.0f}%" if "othersShares" in case else ""))
    any_case = next(iter(cases.values()))
    print(f"greatest logit {any_case['greatestLogit']:.3g}, greatest delta {any_case['greatestDelta']:.3g}\n")
    for name, ratio in found.items():
        print(f"{name:38}{ratio:8.3f}   ({1 / ratio:.2f} times as fast)")
    print("\nthe machine's 3x3 convolution by its definition, GFLOP/s: " + ", ".join(
        f"{form} {2 * case['multiplyAdds'] / case['limitMilliseconds'] / 1e6:.0f}"
        for form, case in ((form, cases[f"focal-{form}"]) for form in FORMS[1:])))
    print(f"\n{'':22}{'ms':>8}{'limit':>8}{'share':>8}{'GFLOP/s':>9}")
    for entry in parts:
        print(f"{entry['name']:22}{entry['milliseconds']:8.1f}{entry['limitMilliseconds']:8.1f}"
              f"{entry['share'] * 100:7.1f}%" + (f"{entry['gigaflops']:9.0f}" if entry.get("gigaflops") else ""))
    for entry in detections or []:
        print(f"{entry['name']:22}{entry['milliseconds']:8.1f}")


def main():
    options = arguments()
    if options.serve:
        return peers.serve(options.serve, options.folder, options.threads)
    if options.make:
        return peers.make(options.folder, options.height, options.width, options.threads)
    unknown = [name for name in options.peers.split(",") if name and name not in peers.NAMES]
    if unknown:
        sys.exit(f"--peers: found {', '.join(unknown)}, expected some of {', '.join(peers.NAMES)}")
    if bool(options.model) != bool(options.images):
        sys.exit("--model and --images: expected both or none")
    if not options.focal.exists():
        sys.exit(f"{options.focal}: not there; `make build` first, or name it with --focal")
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(options, pathlib.Path(folder))
        parts, detections = comparison.measure()
    cases = comparison.cases
    found = ratios(cases)
    table(cases, found, parts, detections)
    common.write_results(f"infer-{options.height}x{options.width}.json", options.hardware, comparison.machine, {
        "bench": "infer",
        "command": common.typed("Benchmarks/infer/compare.py"),
        "versions": common.versions("torch", "torchvision", "onnx", "onnxruntime", "openvino"),
        "settings": {key: getattr(options, key) for key in ("height", "width", "threads", "rounds", "passes")},
        "results": cases, "ratios": found, "parts": parts, "detections": detections,
    })


if __name__ == "__main__":
    common.enter_environment(__file__)
    main()
