#!/usr/bin/env python3
"""`focal eval` against pycocotools, faster-coco-eval and hotcoco on random datasets that try every rule.

usage: make build && Benchmarks/eval/random_against_pycocotools.py      (makes Benchmarks/eval/.venv on the first run)
       Benchmarks/eval/random_against_pycocotools.py --count 20 --first 900

Each dataset of hard_datasets.py is written to two files, which focal reads as any user's. Compared are the
twelve numbers and every category's AP, AP50 and AR100. Where the drawn annotations have an id 0, pycocotools is
asked twice: with those ids, which focal must reproduce under --pycocotools-ids, and with ids that it can
handle, which is what focal must find by itself. The other two are asked for the twelve numbers, with positive
ids: where they differ from pycocotools is told, for scale, but only focal is judged. Exit status 1 beyond
--tolerance.
"""
import argparse
import contextlib
import importlib.metadata
import io
import json
import pathlib
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


def focal(options, truth, detections, *flags):
    command = [str(options.focal), "eval", "--ground-truth", truth, "--detections", detections, "--json",
               "--per-class", "--quiet", *flags]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def compare_with_pycocotools(report, evaluation, worst, place):
    """Notes the differences of the twelve numbers and of each category's."""
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
            if name in entry:
                worst.note(entry[name], coco_random.mean(values), f"{place} class {entry['id']} {name}")


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
    worst = {"right ids": Worst(), "--pycocotools-ids": Worst()}
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
            compare_with_pycocotools(focal(options, *files), right, worst["right ids"], f"seed {seed}")
            if any(entry["id"] == 0 for entry in truth["annotations"]):
                zero += 1
                compare_with_pycocotools(
                    focal(options, *files, "--pycocotools-ids"), coco_random.run(truth, detections, 1),
                    worst["--pycocotools-ids"], f"seed {seed} with id 0")
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
