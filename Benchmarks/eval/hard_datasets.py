"""Random ground truths and detections that try an evaluator's rules.

The recipe of Scripts/golden/coco_random.py (crowds, ties, false alarms, more than 100 detections an image)
is drawn first and then made harder: ids with gaps, zero and negative; lists out of order; areas that are
not width times height and areas on the bounds of the ranges; boxes without extent, tiny and huge ones;
overlaps exactly at a threshold; objects without detections and detections without objects.
"""
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Scripts/golden"))
import coco_random  # noqa: E402

AREAS = [0.0, 1e-9, 1023.9999999999999, 1024.0, 1024.0000000000002, 9216.0, 9216.000000000002, 1e10, 2e10]


def distinct_ids(draw, count, zero):
    """Ids with gaps, some negative, some beyond 32 bits; 0 is among them if it is asked for."""
    ids = set()
    while len(ids) < count:
        ids.add(draw.choice([draw.randint(-50, 5 * count), draw.randint(1, 2 ** 40), -draw.randint(1, 2 ** 33)]))
        ids.discard(0)
    ids = sorted(ids, key=lambda _: draw.random())
    if zero and ids:
        ids[draw.randrange(count)] = 0
    return ids


def strange_box(draw, box):
    """A box that files do hold, though they should not, or one that lies exactly on a threshold."""
    x, y, width, height = box
    kind = draw.randrange(8)
    if kind == 0:
        return [x, y, 0.0, draw.choice([0.0, height])]
    if kind == 1:
        return [x, y, draw.choice([1e-3, 1e-7]), draw.choice([1e-3, height])]
    if kind == 2:
        return [draw.choice([-1e6, 0.0, 1e8]), y, draw.choice([1e5, 3e7]), draw.choice([1e5, 3e7])]
    if kind == 3:
        return [x, y, width * draw.choice([0.5, 0.55, 0.6, 0.75, 0.9, 0.95]), height]
    if kind == 4:
        return [-x, -y, width, height]
    if kind == 5:
        return [x + draw.random(), y + draw.random(), width + draw.random(), height * 1.1]
    return list(box)


def add_crowded_image(draw, truth, detections):
    """An image in which one category has far more detections than count, among them the same box again and again."""
    if not truth["annotations"]:
        return
    target = draw.choice(truth["annotations"])
    for _ in range(draw.randint(90, 260)):
        box = list(target["bbox"]) if draw.random() < 0.3 else strange_box(draw, target["bbox"])
        detections.append({"image_id": target["image_id"], "category_id": target["category_id"],
                           "bbox": box, "score": draw.choice([0.5, 0.25, draw.random()])})


def renumber(draw, truth, detections, annotation_zero):
    """New ids everywhere, and every list in another order."""
    images = distinct_ids(draw, len(truth["images"]), draw.random() < 0.3)
    categories = distinct_ids(draw, len(truth["categories"]), draw.random() < 0.3)
    annotations = distinct_ids(draw, len(truth["annotations"]), annotation_zero)
    new_image = {image["id"]: new for image, new in zip(truth["images"], images)}
    new_category = {category["id"]: new for category, new in zip(truth["categories"], categories)}
    for entry in truth["images"]:
        entry["id"] = new_image[entry["id"]]
        entry["file_name"] = f"{entry['id']}.jpg"
    for entry in truth["categories"]:
        entry["id"] = new_category[entry["id"]]
    for entry, new in zip(truth["annotations"], annotations):
        entry["id"] = new
    for entry in truth["annotations"] + detections:
        entry["image_id"] = new_image[entry["image_id"]]
        entry["category_id"] = new_category[entry["category_id"]]
    for entries in (truth["images"], truth["categories"], truth["annotations"], detections):
        if draw.random() < 0.5:
            draw.shuffle(entries)


def hard_dataset(seed):
    """A ground truth and detections; equal seeds give equal ones. About one in three has an annotation id 0."""
    truth, detections = coco_random.dataset(seed)
    draw = random.Random(seed)
    if draw.random() < 0.5:  # categories that have neither objects nor detections, or detections alone
        truth["categories"] += [{"id": 1000 + i, "name": f"rare{i}"} for i in range(draw.randint(1, 4))]
        for detection in detections:
            if draw.random() < 0.03:
                detection["category_id"] = 1000
    for _ in range(draw.choice([0, 0, 3])):
        truth["images"].append({"id": 5000 + len(truth["images"])})
    for annotation in truth["annotations"]:
        if draw.random() < 0.15:
            annotation["bbox"] = strange_box(draw, annotation["bbox"])
        if draw.random() < 0.15:
            annotation["area"] = draw.choice(AREAS + [draw.uniform(0, 20000)])
    for detection in detections:
        if draw.random() < 0.15:
            detection["bbox"] = strange_box(draw, detection["bbox"])
        if draw.random() < 0.05:
            detection["score"] = draw.choice([0.0, -0.0, -1.5, 1.0, 3.0, 1e-300, draw.random()])
    if draw.random() < 0.25:
        add_crowded_image(draw, truth, detections)
    if truth["annotations"] and draw.random() < 0.5:  # exactly at a threshold, and equal overlaps
        for annotation in draw.sample(truth["annotations"], min(4, len(truth["annotations"]))):
            truth["annotations"].append(dict(annotation, iscrowd=draw.choice([0, 0, 1])))
            x, y, width, height = annotation["bbox"]
            detections.append({"image_id": annotation["image_id"], "category_id": annotation["category_id"],
                               "bbox": [x, y, width / 2, height], "score": 0.75})
    renumber(draw, truth, detections, annotation_zero=draw.random() < 0.33)
    return truth, detections
