#!/usr/bin/env python3
"""Errors and what they cost as tidecv counts them, for Tests/DetectionAnalysisTests/Golden/tide.json.

usage: python3 Scripts/golden/tide.py        (makes .venv/tide on the first run)

tidecv is TIDE's own program (Bolya et al. 2020). It is asked twice of each dataset:

plain   as it is. Crowds are made objects, and detections of categories without objects are left out, since
        it counts such a category as one of average precision 0 and COCO does not.
crowds  with all detections and with crowds, in which detections are neither right nor wrong as in COCO:
        where tidecv lists such a detection among the errors, it is dropped here, and an overlap of exactly the
        threshold is enough for a crowd.

Both times the best 100 detections of an image and category are given to it, as COCO takes them, and no limit of
its own is set. Scores are replaced by ranks, ties going by image id and place in the file as in COCO, because
tidecv reorders ties whenever it fixes something. Sizes are those of the annotated area.

The random datasets are not stored: both sides draw them from SplitMix64 by the recipe in `dataset` below and in
Tests/DetectionAnalysisTests/TideDataset.swift. Every number is a whole number over a power of two. The third
part is of ../shared/data/coco_eval, where that is present.
"""
import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "Tests/DetectionAnalysisTests/Golden/tide.json"
SHARED = ROOT.parent / "shared/data/coco_eval"
VENV = HERE / ".venv/tide"
NEEDS = [["numpy==2.3.5", "pycocotools==2.0.11"], ["--no-deps", "tidecv==1.0.1"]]
SEEDS = 40
LIMIT = 100

if pathlib.Path(sys.prefix) != VENV:
    if not VENV.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        for packages in NEEDS:
            subprocess.run([str(VENV / "bin/pip"), "install", "-q", *packages], check=True)
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__])

# What only tidecv's plots and downloads need.
for name in ("tidecv.plotting", "matplotlib", "matplotlib.pyplot", "cv2", "appdirs"):
    sys.modules[name] = unittest.mock.MagicMock()

import numpy as np  # noqa: E402
import pycocotools.mask  # noqa: E402
import tidecv  # noqa: E402
from tidecv import quantify  # noqa: E402
from tidecv.errors import main_errors  # noqa: E402
from tidecv.errors.qualifiers import Qualifier  # noqa: E402

KINDS = [main_errors.ClassError, main_errors.BoxError, main_errors.OtherError, main_errors.DuplicateError,
         main_errors.BackgroundError, main_errors.MissedError]
MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, state):
        self.state = state

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        return self.next() % bound


def dataset(seed):
    draw = SplitMix64(seed)
    image_count, class_count = 1 + draw.below(8), 2 + draw.below(4)
    steps = (16, 1 << 14)[draw.below(2)]
    images = [7 * i - 3 for i in range(image_count)]
    classes = [90 - 11 * k for k in range(class_count)]
    annotations, detections = [], []

    def box():
        side = (200, 640, 1600)[draw.below(3)]
        return [draw.below(1600) / 8, draw.below(1600) / 8, (8 + draw.below(side)) / 8, (8 + draw.below(side)) / 8]

    def add(image, category, b):
        detections.append({"image_id": image, "category_id": category, "bbox": b,
                           "score": draw.below(steps) / steps})

    for image in images:
        for _ in range(draw.below(3) * draw.below(6)):
            # The last class never has objects.
            category, b = classes[draw.below(class_count - 1)], box()
            crowd = 1 if draw.below(8) == 0 else 0
            annotations.append({"image_id": image, "category_id": category, "bbox": b,
                                "area": b[2] * b[3] * (4 + draw.below(5)) / 8, "iscrowd": crowd})
            for _ in range(draw.below(5)):
                spread = (32, 8, 2)[draw.below(3)]
                j = [(draw.below(65) - 32) / 32 / spread * 4 for _ in range(4)]
                d = [b[0] + b[2] * j[0], b[1] + b[3] * j[1], b[2] * (1 + j[2] / 4), b[3] * (1 + j[3] / 4)]
                wrong = draw.below(3) == 0
                add(image, classes[draw.below(class_count)] if wrong else category, d)
        for _ in range(draw.below(8)):
            add(image, classes[draw.below(class_count)], box())
        if draw.below(12) == 0:
            # More than the hundred that count.
            category = classes[draw.below(class_count)]
            for _ in range(130):
                add(image, category, box())
    return images, classes, annotations, detections


def counted(detections):
    """The detections that COCO counts, with ranks for scores."""
    order = sorted(range(len(detections)),
                   key=lambda i: (-detections[i]["score"], detections[i]["image_id"], i))
    seen, kept = {}, []
    for rank, i in enumerate(order):
        d = detections[i]
        cell = (d["image_id"], d["category_id"])
        seen[cell] = seen.get(cell, 0) + 1
        if seen[cell] <= LIMIT:
            kept.append((i, dict(d, score=1 - rank / (1 << 20))))
    return [d for _, d in sorted(kept, key=lambda pair: pair[0])]


class NeutralMatch(main_errors.BestGTMatch):
    """A detection in a crowd explains nothing."""

    def __init__(self, pred, gt):
        if pred["used"] is None:
            self.pred, self.gt, self.suppress = pred, gt, True
        else:
            super().__init__(pred, gt)


class NeutralRun(quantify.TIDERun):
    """A detection in a crowd is no error."""

    def _add_error(self, error):
        if not (hasattr(error, "pred") and error.pred["used"] is None):
            super()._add_error(error)


def generous_overlap(detections, objects, crowds):
    """A crowd is overlapped by one unit in the last place more: the next test is for more than the threshold."""
    overlap = pycocotools.mask.iou(detections, objects, crowds)
    return np.nextafter(overlap, 2) if crowds == [True] else overlap


def size(entry):
    area = entry["area"] if "area" in entry else entry["bbox"][2] * entry["bbox"][3]
    return 0 if area <= 32**2 else 1 if area <= 96**2 else 2


SIZES = [Qualifier(name, lambda x, s=s: size(x) == s) for s, name in enumerate(("small", "medium", "large"))]


def mean(ap_data):
    try:
        return ap_data.get_mAP()
    except ZeroDivisionError:
        return None


def classes_of(ap_data):
    """The average precision of each class, by ascending id; None where nothing is left of it."""
    return {str(c): None if o.is_empty() else o.get_ap() for c, o in sorted(ap_data.objs.items())}


def run(images, classes, annotations, detections, neutral):
    truth, found = tidecv.Data("truth"), tidecv.Data("found")
    for image in images:
        truth.add_image(image, str(image))
    for c in classes:
        truth.add_class(c, str(c))
    for a in annotations:
        if a["iscrowd"]:
            truth.add_ignore_region(a["image_id"], a["category_id"], box=a["bbox"])
        else:
            truth.add_ground_truth(a["image_id"], a["category_id"], box=a["bbox"])
        truth.annotations[-1]["area"] = a["area"]
    for d in counted(detections):
        found.add_detection(d["image_id"], d["category_id"], d["score"], box=d["bbox"])
    original = main_errors.BestGTMatch
    main_errors.BestGTMatch = NeutralMatch if neutral else original
    quantify.mask_utils = unittest.mock.Mock(iou=generous_overlap) if neutral else pycocotools.mask
    kind_of_run = NeutralRun if neutral else quantify.TIDERun
    nothing = not annotations and not detections
    if not nothing:
        result = kind_of_run(truth, found, 0.5, 0.1, tidecv.TIDE.BOX, 10**9)
    main_errors.BestGTMatch = original
    if nothing:
        return None
    everything = Qualifier("", None)

    def fixed(kind, qualifier=everything):
        return result.fix_errors(qualifier._make_error_func(kind))

    def gain(data, floor=True):
        value = mean(data)
        return None if value is None else max(value - result.ap, 0) if floor else value - result.ap

    special = [result.fix_errors(transform=tidecv.quantify.FalsePositiveError.fix),
               result.fix_errors(false_neg_dict=result.false_negatives)]
    return {
        "ap": result.ap,
        "counts": [len(result.error_dict[k]) for k in KINDS],
        "gains": [gain(fixed(k)) for k in KINDS],
        "specialGains": [gain(d, floor=False) for d in special],
        "sizeCounts": [[sum(q._make_error_func(k)(e) for e in result.errors) for k in KINDS] for q in SIZES],
        "sizeGains": [[gain(fixed(k, q)) for k in KINDS] for q in SIZES],
        "classes": classes_of(result.ap_data),
        "fixedClasses": [classes_of(fixed(k)) for k in KINDS] + [classes_of(d) for d in special],
    }


def case(images, classes, annotations, detections):
    plain = [dict(a, iscrowd=0) for a in annotations]
    known = {a["category_id"] for a in annotations}
    return {
        "annotations": len(annotations), "detections": len(detections),
        # The sum of all that was drawn: tells a wrong recipe from a wrong analysis.
        "checksum": sum(sum(a["bbox"]) + a["area"] for a in annotations)
        + sum(sum(d["bbox"]) + d["score"] for d in detections),
        "plain": run(images, classes, plain, [d for d in detections if d["category_id"] in known], False),
        "crowds": run(images, classes, annotations, detections, True),
    }


def shared_case():
    truth = json.loads((SHARED / "instances_val2014_100.json").read_text())
    found = json.loads((SHARED / "instances_val2014_fakebbox100_results.json").read_text())
    return case([i["id"] for i in truth["images"]], [c["id"] for c in truth["categories"]],
                truth["annotations"], found)


def main():
    versions = {n: importlib.metadata.version(n) for n in ("tidecv", "pycocotools", "numpy")}
    cases = [dict(seed=seed, **case(*dataset(seed))) for seed in range(SEEDS)]
    lines = ",\n".join(json.dumps(c) for c in cases)
    header = json.dumps({"program": "Scripts/golden/tide.py", "versions": versions,
                         "kinds": [k.__name__ for k in KINDS] + ["FalsePos", "FalseNeg"]})
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(f'{{"header": {header},\n"shared": {json.dumps(shared_case())},\n"cases": [\n{lines}\n]}}\n',
                   encoding="utf-8")
    print(OUT, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
