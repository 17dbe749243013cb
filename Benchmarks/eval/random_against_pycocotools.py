#!/usr/bin/env python3
"""`focal eval` against pycocotools, faster-coco-eval and hotcoco on random datasets that try every rule.

usage: make build && Benchmarks/eval/random_against_pycocotools.py      (makes Benchmarks/eval/.venv on the first run)
       Benchmarks/eval/random_against_pycocotools.py --count 20 --first 900

Each dataset of hard_datasets.py is written to two files, which focal reads as any user's. Compared are the
twelve numbers, every category's AP, AP50 and AR100, and every element of the arrays `precision`, `recall` and
`scores`; then once more with settings drawn at random (thresholds, sizes, limits, a choice of classes, no classes). Where
the drawn annotations have an id 0, pycocotools is asked with those ids too, which focal must reproduce under
--pycocotools-ids; without that option it must find what pycocotools finds for ids that it can handle. The other two are
asked for the twelve numbers, with positive ids: where they differ from pycocotools is told, for scale, but only
focal is judged. Exit status 1 beyond --tolerance.
"""
import argparse
import contextlib
import importlib.metadata
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import environment  # noqa: E402
from hard_datasets import coco_random, hard_dataset  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--focal", type=pathlib.Path, default=common.ROOT / ".build/release/focal")
    parser.add_argument("--count", type=int, default=500, help="datasets")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--tolerance", type=float, default=1e-12)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the files of datasets that differ")
    return parser.parse_args()


class Worst:
    """The largest difference met, and where."""

    def __init__(self):
        self.difference, self.place, self.compared = 0.0, "", 0

    def note(self, found, wanted, place):
        self.compared += 1
        difference = abs(found - wanted)
        if not difference <= self.difference:  # also where it is not a number
            self.difference, self.place = difference, f"{place}: found {found!r}, wanted {wanted!r}"

    def note_arrays(self, found, evaluation, place):
        import numpy as np

        shape = [int(size) for size in evaluation.eval["counts"]]
        if found["shape"] != shape:
            sys.exit(f"{place}: arrays of the shape {found['shape']}, expected {shape}")
        for name in ("precision", "recall", "scores"):
            wanted = evaluation.eval[name].ravel()
            values = np.array(found[name])
            if values.shape != wanted.shape:
                sys.exit(f"{place}: {values.size} numbers in {name}, expected {wanted.size}")
            self.compared += wanted.size
            if wanted.size:
                difference = np.nan_to_num(np.abs(values - wanted), nan=np.inf)
                index = int(difference.argmax())
                if not difference[index] <= self.difference:
                    self.difference = float(difference[index])
                    self.place = f"{place} {name}[{index}]: found {values[index]!r}, wanted {wanted[index]!r}"


def focal(options, folder, *flags):
    """The report and the arrays of focal; of two threads, so that they are under test too."""
    arrays = f"{folder}/arrays.json"
    command = [str(options.focal), "eval", "--ground-truth", f"{folder}/truth.json",
               "--detections", f"{folder}/detections.json", "--json", "--per-class", "--quiet", "--threads", "2",
               "--arrays", arrays, *flags]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout), json.loads(pathlib.Path(arrays).read_text())


def compare(found, evaluation, worst, place):
    """Notes the differences of the twelve numbers, of each category's and of the arrays."""
    report, arrays = found
    for name, wanted in zip(coco_random.NAMES, evaluation.stats):
        worst.note(report[name], float(wanted), f"{place} {name}")
    precision, recall = evaluation.eval["precision"], evaluation.eval["recall"]
    ids = [int(identifier) for identifier in evaluation.params.catIds]
    if [entry["id"] for entry in report["classes"]] != ids:
        sys.exit(f"{place}: expected the categories {ids}, found {[e['id'] for e in report['classes']]}")
    for index, entry in enumerate(report["classes"]):
        figures = {"AP": precision[:, :, index, 0, -1], "AP50": precision[0, :, index, 0, -1],
                   "AR100": recall[:, index, 0, -1]}
        for name, values in figures.items():
            worst.note(entry[name], coco_random.mean(values), f"{place} class {entry['id']} {name}")
    worst.note_arrays(arrays, evaluation, place)


def drawn_settings(seed, truth):
    """Settings at random: focal's options, and the same for pycocotools."""
    import numpy as np

    draw = random.Random(seed + 1_000_000)
    flags, changes = [], {}
    if draw.random() < 0.7:
        values = sorted(draw.sample([0.05, 0.1, 0.25, 0.3, 0.5, 0.55, 0.6000000000000001, 0.75, 0.9, 0.99, 1.0],
                                    draw.randint(1, 6)))
        flags += ["--iou-thresholds", ",".join(map(repr, values))]
        changes["iouThrs"] = np.array(values)
    if draw.random() < 0.7:
        bounds = [sorted(draw.choices([0.0, 256.0, 1024.0, 5000.5, 9216.0, 40000.0, 1e6, 1e10], k=2))
                  for _ in range(draw.randint(1, 4))]
        flags += ["--areas", ",".join(f"r{i}={low!r}..{high!r}" for i, (low, high) in enumerate(bounds))]
        changes["areaRng"] = [[0, 1e10], *bounds]
        changes["areaRngLbl"] = ["all", *(f"r{i}" for i in range(len(bounds)))]
    if draw.random() < 0.7:
        limits = sorted(draw.sample([1, 2, 3, 5, 10, 50, 100, 150, 300, 1000], draw.randint(1, 4)))
        flags += ["--max-detections", ",".join(map(str, limits))]
        changes["maxDets"] = limits
    if draw.random() < 0.4:
        ids = [entry["id"] for entry in truth["categories"]]
        chosen = draw.sample(ids, draw.randint(1, len(ids)))
        flags += [f"--classes={','.join(map(str, chosen))}"]
        changes["catIds"] = sorted(chosen)
    use_cats = 1
    if draw.random() < 0.3:
        flags += ["--class-agnostic"]
        use_cats = 0

    def adjust(params):
        for name, value in changes.items():
            setattr(params, name, value)

    return flags, use_cats, adjust


def with_positive_ids(truth, detections):
    """The same with ids from 1 in the same order, as hotcoco takes no negative ones."""
    def numbered(entries):
        return {identifier: rank for rank, identifier in enumerate(sorted(entry["id"] for entry in entries), 1)}

    images, categories = numbered(truth["images"]), numbered(truth["categories"])

    def moved(entries):
        return [dict(entry, image_id=images[entry["image_id"]], category_id=categories[entry["category_id"]])
                for entry in entries]

    return dict(
        images=[dict(entry, id=images[entry["id"]]) for entry in truth["images"]],
        categories=[dict(entry, id=categories[entry["id"]]) for entry in truth["categories"]],
        annotations=moved(truth["annotations"])), moved(detections)


def peer_numbers(name, truth, detections):
    """The twelve numbers of another peer; None where it does not get that far."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            COCO, COCOeval = environment.peer(name)
            ground_truth = COCO(truth)
            evaluation = COCOeval(ground_truth, ground_truth.loadRes(detections), "bbox")
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
        return [float(value) for value in evaluation.stats]
    except Exception:  # noqa: BLE001  a peer's own failure, of whatever kind, is a result here
        return None


def main():
    options = arguments()
    if not options.focal.exists():
        sys.exit(f"{options.focal}: not there; `make build` first, or name it with --focal")
    kinds = ["COCO's settings", "--pycocotools-ids", "settings at random"]
    worst = {name: Worst() for name in kinds}
    peers = {name: {"differ": 0, "fail": 0} for name in environment.PEERS if name != "pycocotools"}
    zero = 0
    for seed in range(options.first, options.first + options.count):
        truth, detections = hard_dataset(seed)
        with tempfile.TemporaryDirectory() as folder:
            files = [f"{folder}/truth.json", f"{folder}/detections.json"]
            for path, content in zip(files, (truth, detections)):
                pathlib.Path(path).write_text(json.dumps(content))
            before = max(entry.difference for entry in worst.values())
            usable = dict(truth, annotations=[dict(entry, id=number + 1)
                                              for number, entry in enumerate(truth["annotations"])])
            right = coco_random.run(usable, detections, 1)
            compare(focal(options, folder), right, worst[kinds[0]], f"seed {seed}")
            if any(entry["id"] == 0 for entry in truth["annotations"]):
                zero += 1
                compare(focal(options, folder, "--pycocotools-ids"), coco_random.run(truth, detections, 1),
                        worst[kinds[1]], f"seed {seed} with id 0")
            flags, use_cats, adjust = drawn_settings(seed, truth)
            _, arrays = focal(options, folder, *flags)
            worst[kinds[2]].note_arrays(arrays, coco_random.run(usable, detections, use_cats, adjust),
                                        f"seed {seed} {' '.join(flags)}")
            for path, content in zip(files, with_positive_ids(usable, detections)):
                pathlib.Path(path).write_text(json.dumps(content))
            for name, count in peers.items():
                numbers = peer_numbers(name, *files)
                if numbers is None:
                    count["fail"] += 1
                elif max(abs(a - b) for a, b in zip(numbers, right.stats)) > options.tolerance:
                    count["differ"] += 1
            if options.keep and max(entry.difference for entry in worst.values()) > before:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{seed}-truth.json").write_text(json.dumps(truth))
                (options.keep / f"{seed}-detections.json").write_text(json.dumps(detections))
        if (seed + 1 - options.first) % 50 == 0:
            print(f"{seed + 1 - options.first} of {options.count}", file=sys.stderr, flush=True)
    versions = {name: importlib.metadata.version(name.replace("_", "-")) for name in environment.PEERS}
    print(f"{options.count} datasets from seed {options.first}, {zero} of them with an annotation id 0; {versions}")
    for name, entry in worst.items():
        where = f" at {entry.place}" if entry.place else ""
        print(f"focal, {name}: worst difference of {entry.compared} numbers {entry.difference:.3g}{where}")
    for name, count in peers.items():
        print(f"{name}: other numbers than pycocotools in {count['differ']} datasets, "
              f"none at all in {count['fail']}")
    if any(not entry.difference <= options.tolerance for entry in worst.values()):
        sys.exit(1)


if __name__ == "__main__":
    environment.enter(__file__)
    main()
