#!/usr/bin/env python3
"""The Pascal VOC metric by ChainerCV, for Tests/COCOEvaluationTests/Golden/voc_metric.json.

usage: python3 Scripts/golden/voc_metric.py        (makes .venv/voc_metric on the first run)

ChainerCV's evaluation follows the development kit: eleven points or area, difficult objects, the best object alone, boxes
of whole pixels. The package no longer installs, as it needs Chainer, but the two files in question need only NumPy and are
taken from its source archive. What they say of boxes without difficult objects is compared with
object-detection-metrics, which has both curves and continuous edges; this script fails where the two differ.

Datasets: those of coco_random.py (crowds count as difficult), the pair in ../shared/data/coco_eval, and the
test split of ../shared/data/bccd with detections drawn by `jittered`, of which Tests/COCOEvaluationTests has a copy. Among
equal scores the file's order counts, so both are given ranks instead of scores.
"""
import importlib.metadata
import importlib.util
import json
import math
import os
import pathlib
import subprocess
import sys
import tarfile
import types

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "Tests/COCOEvaluationTests/Golden/voc_metric.json"
DATA = ROOT.parent / "shared/data"
VENV = HERE / ".venv/voc_metric"
NEEDS = ["numpy==2.3.5", "six==1.17.0", "object-detection-metrics==0.4.post1", "shapely==2.1.2", "setuptools==65.5.0", "wheel"]
ARCHIVE = "chainercv==0.13.1"


def enter_environment():
    if pathlib.Path(sys.prefix) == VENV:
        return
    if not VENV.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", *NEEDS], check=True)
        subprocess.run([str(VENV / "bin/pip"), "download", "-q", "--no-deps", "--no-binary", ":all:",
                        "--no-build-isolation", "-d", str(VENV / "src"), ARCHIVE], check=True)
        for archive in (VENV / "src").glob("*.tar.gz"):
            with tarfile.open(archive) as file:
                file.extractall(VENV / "src", filter="data")
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__])


def chainercv():
    """ChainerCV's evaluation module, with NumPy in the place of Chainer's choice of arrays."""
    import numpy

    folder = next((VENV / "src").glob("chainercv-*/chainercv"))
    backends = types.ModuleType("chainer.backends")
    backends.cuda = types.SimpleNamespace(get_array_module=lambda *_: numpy)
    sys.modules["chainer"] = types.ModuleType("chainer")
    sys.modules["chainer.backends"] = backends
    for name, path in (("chainercv.utils.bbox.bbox_iou", "utils/bbox/bbox_iou.py"),
                       ("chainercv.evaluations.eval_detection_voc", "evaluations/eval_detection_voc.py")):
        spec = importlib.util.spec_from_file_location(name, folder / path)
        module = importlib.util.module_from_spec(spec)
        for parent in (name.rsplit(".", depth)[0] for depth in range(name.count("."), 0, -1)):
            sys.modules.setdefault(parent, types.ModuleType(parent))
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return module


def jittered(annotations, categories, draw):
    """Detections of some boxes; the same draws are in Tests/COCOEvaluationTests/VOCEvaluatorGoldenTests.swift."""
    detections = []
    for annotation in annotations:
        x, y, width, height = annotation["bbox"]
        for _ in range(draw.below(3)):
            shift = [(draw.below(65) - 32) / 64 for _ in range(4)]
            category = annotation["category_id"]
            if draw.below(10) == 0:
                category = categories[draw.below(len(categories))]["id"]
            detections.append({
                "image_id": annotation["image_id"], "category_id": category,
                "bbox": [x + width * shift[0] / 4, y + height * shift[1] / 4,
                         width * (1 + shift[2] / 2), height * (1 + shift[3] / 2)],
                "score": draw.below(1 << 20) / (1 << 20)})
    return detections


def columns(truth, detections, pixels):
    """ChainerCV's arguments: a list of arrays over the images. It widens boxes by a pixel itself."""
    import numpy as np

    order = sorted(range(len(detections)), key=lambda index: (-detections[index]["score"], index))
    rank = {index: float(-place) for place, index in enumerate(order)}
    labels = {identifier: index for index, identifier in enumerate(sorted(c["id"] for c in truth["categories"]))}
    extra = 0 if pixels else 1

    def corners(entries):
        rows = [[y, x, y + h - extra, x + w - extra] for x, y, w, h in (entry["bbox"] for entry in entries)]
        return np.array(rows, dtype=np.float64).reshape(-1, 4)

    arguments = [[] for _ in range(6)]
    for image in truth["images"]:
        found = [index for index, d in enumerate(detections)
                 if d["image_id"] == image["id"] and d["category_id"] in labels]
        objects = [entry for entry in truth["annotations"] if entry["image_id"] == image["id"]]
        arguments[0].append(corners([detections[index] for index in found]))
        arguments[1].append(np.array([labels[detections[index]["category_id"]] for index in found], dtype=np.int32))
        arguments[2].append(np.array([rank[index] for index in found]))
        arguments[3].append(corners(objects))
        arguments[4].append(np.array([labels[entry["category_id"]] for entry in objects], dtype=np.int32))
        arguments[5].append(np.array([bool(entry["iscrowd"]) for entry in objects], dtype=bool))
    return arguments, labels


def podm(truth, detections, threshold):
    """Average precision of each category by object-detection-metrics: area, eleven points."""
    from podm.metrics import BoundingBox, MethodAveragePrecision, get_pascal_voc_metrics

    order = sorted(range(len(detections)), key=lambda index: (-detections[index]["score"], index))
    rank = {index: float(-place) for place, index in enumerate(order)}

    def box(entry, score=None):
        x, y, width, height = entry["bbox"]
        return BoundingBox.of_bbox(entry["image_id"], entry["category_id"], x, y, x + width, y + height, score)

    objects = [box(entry) for entry in truth["annotations"]]
    found = [box(entry, rank[index]) for index, entry in enumerate(detections)]
    results = [get_pascal_voc_metrics(objects, found, threshold, method)
               for method in (MethodAveragePrecision.AllPointsInterpolation,
                              MethodAveragePrecision.ElevenPointsInterpolation)]
    return {identifier: [float(result[identifier].ap) for result in results]
            for identifier in results[0] if results[0][identifier].num_groundtruth > 0}


def cross_check(module, truth, detections, threshold, name):
    easy = dict(truth, annotations=[entry for entry in truth["annotations"] if not entry["iscrowd"]])
    # object-detection-metrics cannot take a class without a single detection.
    seen = {entry["category_id"] for entry in detections}
    arguments, labels = columns(easy, detections, pixels=False)
    if not arguments[0] or not easy["annotations"]:
        return 0
    averages = [module.eval_detection_voc(*arguments, iou_thresh=threshold, use_07_metric=old)["ap"]
                for old in (False, True)]
    count = 0
    for identifier, wanted in podm(easy, detections, threshold).items():
        if identifier in seen:
            for average, value in zip(averages, wanted):
                difference = abs(float(average[labels[identifier]]) - value)
                assert difference < 1e-12, f"{name}: category {identifier}: the two references differ by {difference}"
                count += 1
    return count


def case(module, name, truth, detections):
    import numpy as np

    counts = {"annotations": len(truth["annotations"]), "detections": len(detections)}
    settings = []
    checked = sum(cross_check(module, truth, detections, threshold, name) for threshold in (0.5, 0.75))
    for threshold in (0.5, 0.75):
        for edges in ("continuous", "pixels"):
            arguments, labels = columns(truth, detections, pixels=edges == "pixels")
            if not truth["annotations"] and not detections:
                continue
            precision, recall = module.calc_detection_voc_prec_rec(*arguments, iou_thresh=threshold)
            entry = {"iouThreshold": threshold, "edges": edges}
            for key, old in (("area", False), ("elevenPoints", True)):
                averages = module.calc_detection_voc_ap(precision, recall, use_07_metric=old)
                averages = [float(value) for value in averages] + [math.nan] * (len(labels) - len(averages))
                entry[key] = [None if math.isnan(value) else value for value in averages]
                known = [value for value in averages if not math.isnan(value)]
                entry["mean " + key] = float(np.mean(known)) if known else None
            # Precision where an object is found, for the first category that has such.
            for index, rows in enumerate(recall):
                if rows is not None and rows.size and rows[-1] > 0:
                    rises = np.flatnonzero(np.diff(rows, prepend=0))[:40]
                    entry["finds"] = {"category": index, "recall": rows[rises].tolist(),
                                      "precision": precision[index][rises].tolist()}
                    break
            settings.append(entry)
    return {"name": name, **counts, "settings": settings}, checked


def main():
    import coco_random

    module = chainercv()
    cases, checked = [], 0
    for seed in range(12):
        truth, detections = coco_random.dataset(seed)
        entry, count = case(module, f"random {seed}", truth, detections)
        cases.append(dict(entry, seed=seed))
        checked += count
    folder = DATA / "coco_eval"
    truth = json.loads((folder / "instances_val2014_100.json").read_text())
    detections = json.loads((folder / "instances_val2014_fakebbox100_results.json").read_text())
    bccd = json.loads((DATA / "bccd/test.json").read_text())
    for entry in bccd["annotations"]:
        entry["iscrowd"] = 1 if entry["id"] % 7 == 0 else 0
    drawn = jittered(bccd["annotations"], bccd["categories"], coco_random.SplitMix64(7))
    for name, pair in (("coco_eval", (truth, detections)), ("bccd", (bccd, drawn))):
        entry, count = case(module, name, *pair)
        cases.append(entry)
        checked += count
    versions = {name: importlib.metadata.version(name) for name in ("numpy", "object-detection-metrics")}
    versions["chainercv"] = ARCHIVE.split("==")[1]
    header = json.dumps({"program": "Scripts/golden/voc_metric.py", "versions": versions,
                         "equal in both references": checked})
    lines = ",\n".join(json.dumps(entry) for entry in cases)
    OUT.write_text(f'{{"header": {header},\n"cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(OUT.name, OUT.stat().st_size, "bytes;", checked, "figures equal in both references")


if __name__ == "__main__":
    enter_environment()
    main()
