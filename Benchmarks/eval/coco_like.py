#!/usr/bin/env python3
"""Writes a ground truth and detections of the size and shape of COCO's val2017, from a seed.

usage: Benchmarks/eval/coco_like.py --out data                   (5,000 images, 36,800 boxes, 500,000 detections)
       Benchmarks/eval/coco_like.py --out data10 --scale 10      (ten times as many images, and all that is in them)

80 classes with a long tail and gaps in their ids; about 41 % small, 34 % medium and 25 % large objects by an
`area` that is smaller than the box's, as a mask's is; 1 % crowds and 1 % images without objects; 100 detections an
image: shifted copies of the objects, worse duplicates, wrong classes and false alarms, and in every fiftieth image
more of one class than count.
"""
import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import environment  # noqa: E402

MISSING = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
CLASSES = [number for number in range(1, 91) if number not in MISSING]
SIZES = [(640, 480)] * 4 + [(640, 427)] * 3 + [(480, 640), (427, 640), (500, 375)]
CHUNK = 50_000


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="a folder for gt.json and dets.json")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1, help="how many times COCO's val2017")
    return parser.parse_args()


def drawn_boxes(draw, sizes, kinds):
    """Boxes inside images: kind 0 is small, 1 medium, 2 large."""
    import numpy as np

    low, high = np.array([6.0, 38.0, 112.0])[kinds], np.array([36.0, 112.0, 400.0])[kinds]
    side = low * (high / low) ** draw.random(len(kinds))
    ratio = np.exp(draw.normal(0, 0.35, len(kinds)))
    extent = np.minimum(np.stack([side * ratio, side / ratio], 1), sizes - 2.0)
    corner = draw.random((len(kinds), 2)) * (sizes - extent)
    return np.concatenate([corner, extent], 1)


def shaken(draw, boxes, spread):
    """The boxes moved and stretched by normal fractions of their sides."""
    import numpy as np

    noise = draw.normal(0, 1, boxes.shape) * spread[:, None]
    moved = boxes.copy()
    moved[:, :2] += noise[:, :2] * boxes[:, 2:]
    moved[:, 2:] *= np.exp(noise[:, 2:])
    return moved


def inside(boxes, sizes):
    """The boxes cut at the borders of their images, at least a pixel each way, to hundredths."""
    import numpy as np

    low = np.clip(boxes[:, :2], 0, sizes - 1)
    high = np.clip(boxes[:, :2] + boxes[:, 2:], low + 1, sizes)
    return np.round(np.concatenate([low, high - low], 1), 2)


def problem(seed, scale):
    """Columns of images, objects and detections."""
    import numpy as np

    draw = np.random.default_rng(seed)
    images, objects, found = (round(count * scale) for count in (5_000, 36_800, 500_000))
    ids = np.cumsum(draw.integers(1, 220, images))
    sizes = np.array(SIZES, dtype=np.float64)[draw.integers(0, len(SIZES), images)]
    crowdedness = draw.gamma(1.1, 1.0, images) * (draw.random(images) > 0.01)
    image = np.sort(draw.choice(images, objects, p=crowdedness / crowdedness.sum()))
    frequency = 1 / np.arange(3, 3 + len(CLASSES)) ** 1.2
    frequency[0] *= 4
    frequency /= frequency.sum()
    category = draw.choice(len(CLASSES), objects, p=frequency)
    crowd = draw.random(objects) < 0.011
    kinds = np.where(crowd, 2, draw.choice(3, objects, p=[0.41, 0.35, 0.24]))
    boxes = inside(drawn_boxes(draw, sizes[image], kinds), sizes[image])
    area = np.round(boxes[:, 2] * boxes[:, 3] * draw.uniform(0.5, 1, objects), 4)

    single = np.flatnonzero(~crowd)
    parts = []  # (image, category, box, score)
    for share, spread, base in ((0.85, 0.08, 0.3), (0.5, 0.3, 0.05)):
        chosen = single[draw.random(len(single)) < share]
        quality = draw.random(len(chosen))
        wrong = draw.random(len(chosen)) < 0.07
        parts.append((
            image[chosen], np.where(wrong, draw.choice(len(CLASSES), len(chosen), p=frequency), category[chosen]),
            shaken(draw, boxes[chosen], spread * (1.1 - quality)),
            base + 0.6 * quality + draw.normal(0, 0.1, len(chosen))))
    rest = found - sum(len(part[0]) for part in parts)
    where = draw.integers(0, images, rest)
    parts.append((
        where, np.where(where % 50 == 7, 0, draw.choice(len(CLASSES), rest, p=frequency)),
        drawn_boxes(draw, sizes[where], draw.choice(3, rest, p=[0.4, 0.35, 0.25])), 0.75 * draw.random(rest) ** 4))
    burst = np.flatnonzero((where % 50 == 7) & (np.arange(rest) % 2 == 0))
    parts[-1][0][burst] = where[burst] // 250 * 250 + 7  # five images' share in one
    columns = [np.concatenate([part[index] for part in parts]) for index in range(4)]
    columns[2] = inside(columns[2], sizes[columns[0]])
    columns[3] = np.round(np.clip(columns[3], 0.001, 0.9999), 5)
    order = np.argsort(columns[0], kind="stable")
    return ids, sizes, (image, category, boxes, area, crowd), [column[order] for column in columns]


def write_list(file, count, rows):
    """A JSON list, some rows at a time: ten times COCO is half a gigabyte."""
    file.write("[")
    for start in range(0, count, CHUNK):
        text = json.dumps(rows(slice(start, start + CHUNK)), separators=(",", ":"))
        file.write(("," if start else "") + text[1:-1])
    file.write("]")


def main():
    import numpy as np

    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    ids, sizes, (image, category, boxes, area, crowd), found = problem(options.seed, options.scale)
    numbers = np.array(CLASSES)

    def annotations(rows):
        columns = (ids[image[rows]], numbers[category[rows]], boxes[rows], area[rows], crowd[rows].astype(int))
        return [
            {"id": rows.start + offset + 1, "image_id": i, "category_id": c, "bbox": b, "area": a, "iscrowd": k,
             "segmentation": []}
            for offset, (i, c, b, a, k) in enumerate(zip(*(column.tolist() for column in columns)))]

    def detections(rows):
        columns = (ids[found[0][rows]], numbers[found[1][rows]], found[2][rows], found[3][rows])
        return [{"image_id": i, "category_id": c, "bbox": b, "score": s}
                for i, c, b, s in zip(*(column.tolist() for column in columns))]

    def pictures(rows):
        return [{"id": i, "width": int(w), "height": int(h), "file_name": f"{i:012d}.jpg"}
                for i, (w, h) in zip(ids[rows].tolist(), sizes[rows].tolist())]

    with open(options.out / "gt.json", "w", encoding="ascii") as file:
        file.write('{"info":{},"licenses":[],"categories":')
        json.dump([{"id": number, "name": f"class {number}", "supercategory": "thing"} for number in CLASSES], file,
                  separators=(",", ":"))
        file.write(',"images":')
        write_list(file, len(ids), pictures)
        file.write(',"annotations":')
        write_list(file, len(image), annotations)
        file.write("}")
    with open(options.out / "dets.json", "w", encoding="ascii") as file:
        write_list(file, len(found[0]), detections)
    print(json.dumps({
        "images": len(ids), "boxes": len(image), "crowds": int(crowd.sum()), "detections": len(found[0]),
        "small, medium, large": np.bincount(np.digitize(area, [1024, 9216]), minlength=3).tolist(),
        "most detections of an image and class": int(np.unique(found[0] * 80 + found[1], return_counts=True)[1].max()),
        "bytes": [(options.out / name).stat().st_size for name in ("gt.json", "dets.json")]}))


if __name__ == "__main__":
    environment.enter(__file__)
    main()
