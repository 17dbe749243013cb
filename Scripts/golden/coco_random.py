#!/usr/bin/env python3
"""Figures of pycocotools for random datasets, for Tests/COCOEvaluationTests/Golden/coco_random.json.

usage: python3 Scripts/golden/coco_random.py        (makes .venv/coco_random on the first run)

The datasets themselves are not stored: both sides draw them from SplitMix64 by the recipe in
`dataset` below and in Tests/COCOEvaluationTests/RandomDataset.swift. Every number of a dataset is a
whole number over a power of two, so both sides have the same bits. Benchmarks/eval imports the recipe.
"""
import contextlib
import importlib.metadata
import io
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "Tests/COCOEvaluationTests/Golden/coco_random.json"
VENV = HERE / ".venv/coco_random"
NEEDS = ["pycocotools==2.0.11", "numpy==2.3.5"]
SEEDS = 40
NAMES = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]

MASK = (1 << 64) - 1


def enter_environment():
    if pathlib.Path(sys.prefix) == VENV:
        return
    if not VENV.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", *NEEDS], check=True)
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__])


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


def box(draw):
    """Eighths of a pixel; one in three small, one in three medium, one in three large."""
    side = (256, 768, 2400)[draw.below(3)]
    return [draw.below(3200) / 8, draw.below(3200) / 8, (1 + draw.below(side)) / 8, (1 + draw.below(side)) / 8]


def dataset(seed):
    draw = SplitMix64(seed)
    image_count, category_count = 1 + draw.below(12), 1 + draw.below(5)
    images = [{"id": 7 * i - 3} for i in range(image_count)]
    categories = [{"id": 90 - 11 * k, "name": f"c{k}"} for k in range(category_count)]
    annotations, detections = [], []
    score_steps = (4, 64, 1 << 20)[draw.below(3)]
    for image in images:
        for _ in range(draw.below(3) * draw.below(8)):
            category = categories[draw.below(category_count)]["id"]
            b = box(draw)
            crowd = 1 if draw.below(8) == 0 else 0
            # Of a mask: at most the box.
            area = b[2] * b[3] * (4 + draw.below(5)) / 8
            annotations.append({"id": len(annotations), "image_id": image["id"], "category_id": category,
                                "bbox": b, "area": area, "iscrowd": crowd})
            for _ in range(draw.below(4)):
                jitter = [(draw.below(65) - 32) / 64 for _ in range(4)]
                d = [b[0] + b[2] * jitter[0] / 4, b[1] + b[3] * jitter[1] / 4,
                     b[2] * (1 + jitter[2] / 2), b[3] * (1 + jitter[3] / 2)]
                if draw.below(10) == 0:
                    category = categories[draw.below(category_count)]["id"]
                detections.append({"image_id": image["id"], "category_id": category, "bbox": d,
                                   "score": draw.below(score_steps) / score_steps})
        # Sometimes more than the 100 that count.
        for _ in range(140 if draw.below(16) == 0 else draw.below(12)):
            category = categories[draw.below(category_count)]["id"]
            b = box(draw)
            if draw.below(32) == 0:
                b[2] = 0.0
            detections.append({"image_id": image["id"], "category_id": category, "bbox": b,
                               "score": draw.below(score_steps) / score_steps})
    return {"images": images, "categories": categories, "annotations": annotations}, detections


def run(truth, detections, use_cats, adjust=None):
    """pycocotools after accumulation; `adjust` may change its parameters before, and then there is no summary."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = json.loads(json.dumps(truth))
        coco.createIndex()
        found = coco.loadRes(json.loads(json.dumps(detections))) if detections else COCO()
        evaluation = COCOeval(coco, found, "bbox")
        evaluation.params.useCats = use_cats
        if adjust:
            adjust(evaluation.params)
        evaluation.evaluate()
        evaluation.accumulate()
        if not adjust:
            evaluation.summarize()
    return evaluation


def mean(values):
    import numpy as np

    values = values[values > -1]
    return float(np.mean(values)) if values.size else -1.0


def case(seed):
    truth, detections = dataset(seed)
    moved = dict(truth, annotations=[dict(a, id=a["id"] + 1) for a in truth["annotations"]])
    right = run(moved, detections, 1)
    precision = right.eval["precision"]
    return {
        "seed": seed, "annotations": len(truth["annotations"]), "detections": len(detections),
        # The sum of all that was drawn: tells a wrong recipe from a wrong evaluator.
        "checksum": sum(sum(a["bbox"]) + a["area"] for a in truth["annotations"])
        + sum(sum(d["bbox"]) + d["score"] for d in detections),
        "stats": [float(x) for x in right.stats],
        "statsAnnotationZero": [float(x) for x in run(truth, detections, 1).stats],
        "statsClassAgnostic": [float(x) for x in run(moved, detections, 0).stats],
        "classes": [{"id": int(c), "AP": mean(precision[:, :, k, 0, -1])}
                    for k, c in enumerate(right.params.catIds)],
        # Precision at IoU 0.5 and recall 0, 0.1, ... of the first category: the curve itself.
        "curve": [float(p) for p in precision[0, ::10, 0, 0, -1]],
    }


def main():
    versions = {n: importlib.metadata.version(n) for n in ("pycocotools", "numpy")}
    cases = [case(seed) for seed in range(SEEDS)]
    lines = ",\n".join(json.dumps(c) for c in cases)
    header = json.dumps({"program": "Scripts/golden/coco_random.py", "versions": versions, "names": NAMES})
    OUT.write_text(f'{{"header": {header},\n"cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(OUT, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    enter_environment()
    main()
