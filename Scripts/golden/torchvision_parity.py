#!/usr/bin/env python3
"""What torchvision's two RetinaNets compute, for Tests/DetectionModelsTests/Golden/torchvision_*.json.

usage: python3 Scripts/golden/torchvision_parity.py     (makes .venv/torchvision_parity on the first run)

Weights, pictures and boxes are not stored: both sides compute them. Element i of a tensor is
offset + alternating · (-1)^i + spread · pattern[i mod 8191], where pattern[j] in [-1, 1) is the upper 24
bits of SplitMix64's (j + 1)-th number from the state FNV-1a64(name); scale_of() gives the rest by the name,
so that activations stay near 1. What is alternating puts every other channel well above the rectifier's
kink and the next well below: where thousands are near it, rounding turns some on and off, and float32
gradients differ by per cents from torchvision's own in float64.

Of big tensors 64 elements at even distances are kept, the greatest magnitude and the sum; of anchors all
by a checksum, of detections all.

The models are made by torchvision's own functions from weights=COCO_V1, whose download is replaced by the
formula, and run by their own forward, whose resizing is replaced by nothing.
"""
import importlib
import importlib.metadata
import importlib.util
import json
import math
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "Tests/DetectionModelsTests/Golden"
VENV = HERE / ".venv/torchvision_parity"
NEEDS = [["torch==2.13.0", "numpy==2.3.5", "pillow==13.0.0"], ["--no-deps", "torchvision==0.28.0"]]

if pathlib.Path(sys.prefix) != VENV and not os.environ.get("GOLDEN_PYTHON"):
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        for needs in NEEDS:
            subprocess.run([str(VENV / "bin/pip"), "install", "-q", *needs], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__])

import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(2)
PERIOD = 8191
MASK = (1 << 64) - 1
# Canvas height and width, and what of it each of the three pictures fills; with 0, 1 and many boxes.
SIZES = [
    {"height": 64, "width": 64, "pictures": [[64, 64], [64, 50], [50, 64]]},
    {"height": 64, "width": 96, "pictures": [[64, 96], [60, 96], [64, 90]]},
    {"height": 128, "width": 96, "pictures": [[128, 96], [128, 81], [110, 96]]},
]
BOXES = [0, 1, 12]
STEPS = 10


def declare_torchvision():
    """torchvision; where its compiled part does not load, its NMS is the plain algorithm."""
    global _library
    folder = pathlib.Path(importlib.util.find_spec("torchvision").submodule_search_locations[0])
    try:
        for compiled in folder.glob("_C*.so"):
            torch.ops.load_library(str(compiled))
    except (OSError, RuntimeError):
        _library = torch.library.Library("torchvision", "DEF")
        _library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _library.impl("nms", plain_nms, "CPU")
        importlib.import_module("torchvision")
        importlib.import_module("torchvision.extension")._has_ops = lambda: True
    return importlib.import_module("torchvision.models.detection.retinanet")


def plain_nms(boxes, scores, threshold):
    order = torch.argsort(scores, descending=True, stable=True)
    boxes = boxes[order]
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    alive = torch.ones(len(boxes), dtype=torch.bool)
    kept = []
    for i in range(len(boxes)):
        if not alive[i]:
            continue
        kept.append(i)
        low = torch.maximum(boxes[i, :2], boxes[i + 1:, :2])
        high = torch.minimum(boxes[i, 2:], boxes[i + 1:, 2:])
        sides = (high - low).clamp_(min=0)
        shared = sides[:, 0] * sides[:, 1]
        iou = shared / (area[i] + area[i + 1:] - shared)
        OVERLAPS.append(iou[(iou - 0.5).abs() < 0.03])
        alive[i + 1:] &= ~(iou > threshold)
    return order[torch.tensor(kept, dtype=torch.long)]


OVERLAPS = []


def pattern(name):
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.uint64(state) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, PERIOD + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / 2**23 - 1


def scale_of(name, shape):
    """(offset, alternating, spread) of a tensor's elements."""
    if len(shape) == 4:
        gains = {"cls_logits": 0.6, "bbox_reg": 0.02, "extra_blocks": 0.6, ".fpn.": 3, "body.conv1": 6}
        gain = next((gain for part, gain in gains.items() if part in name), 0.6)
        return 0, 0, math.sqrt(gain / (shape[1] * shape[2] * shape[3]))
    last = ".bn3." in name or "downsample.1." in name
    if name.endswith("running_mean"):
        return 0, 0, 0.1
    if name.endswith("running_var"):
        return 1, 0, 0.5
    if name.endswith("weight"):
        # The last norm of a residual block is weak, so that sixteen of them in a row do not grow.
        return (0.12, 0, 0.02) if last else (1, 0, 0.2)
    if name.endswith("cls_logits.bias"):
        return -5, 0, 0.5
    if ".bn3." in name:
        return 0, 0.6, 0.1
    if ".bn1." in name or ".bn2." in name or ".conv." in name or name.endswith("p6.bias"):
        return 0, 3, 0.1
    return 0, 0, 0.1


def filled(name, shape):
    offset, alternating, spread = scale_of(name, shape)
    values = np.resize(offset + spread * pattern(name), math.prod(shape))
    if alternating:
        values = values + alternating * np.where(np.arange(len(values)) % 2 == 0, 1.0, -1.0)
    tensor = torch.from_numpy(values.astype(np.float32).reshape(shape))
    if name.endswith("cls_logits.bias"):
        tensor.view(9, -1)[:, 0] = -12  # the background, which no trained network ever says
    return tensor


def pixels(size, index):
    height, width = SIZES[size]["height"], SIZES[size]["width"]
    values = np.resize(pattern(f"picture.{size}.{index}").astype(np.float32), 3 * height * width)
    image = torch.from_numpy(values.reshape(3, height, width).copy())
    h, w = SIZES[size]["pictures"][index]
    image[:, h:] = 0
    image[:, :, w:] = 0
    return image


def objects(size, index):
    h, w = SIZES[size]["pictures"][index]
    p = (pattern(f"boxes.{size}.{index}") + 1) / 2
    boxes, labels = [], []
    for i in range(BOXES[index]):
        a, b, c, d, e = p[5 * i:5 * i + 5]
        x1, y1 = np.float32(a * (w - 24)), np.float32(b * (h - 24))
        x2, y2 = np.float32(x1 + 12 + c * (w - 12 - x1)), np.float32(y1 + 12 + d * (h - 12 - y1))
        boxes.append([x1, y1, x2, y2])
        labels.append(1 + int(e * 90))
    return {"boxes": torch.tensor(np.array(boxes, dtype=np.float32).reshape(-1, 4)),
            "labels": torch.tensor(labels, dtype=torch.int64)}


def model_of(retinanet, make, weights):
    """torchvision's own function for trained weights, with the formula's in place of the download."""
    blank = make(weights=None, weights_backbone=None)
    state = {name: filled(name, tuple(value.shape)) for name, value in blank.state_dict().items()
             if not name.endswith("num_batches_tracked")}
    if make is retinanet.retinanet_resnet50_fpn_v2:
        state |= {name: value for name, value in blank.state_dict().items()
                  if name.endswith("num_batches_tracked")}
    type(weights).get_state_dict = lambda self, **_: state
    model = make(weights=weights)
    model.transform = Unchanged(retinanet)
    return model


class Unchanged(torch.nn.Module):
    """In the place of torchvision's normalising and resizing: a canvas and its pictures' sizes as they are."""

    def __init__(self, retinanet):
        super().__init__()
        self.image_list = importlib.import_module("torchvision.models.detection.image_list").ImageList
        self.sizes = None

    def forward(self, images, targets=None):
        return self.image_list(torch.stack(list(images)), self.sizes), targets

    def postprocess(self, result, *_):
        return result


def number(value):
    return float(f"{float(value.detach() if torch.is_tensor(value) else value):.9g}")


def sample(tensor):
    flat = tensor.detach().double().flatten()
    step = max(1, len(flat) // 64)
    return {"shape": list(tensor.shape), "step": step,
            "elements": [number(v) for v in flat[::step][:64]],
            "greatest": number(flat.abs().max()), "sum": number(flat.sum()),
            "magnitude": number(flat.abs().sum())}


def widest_gap(values, low, high):
    """The middle of the widest stretch of low...high that holds no value, and half its width."""
    inside = torch.sort(values[(values > low) & (values < high)].double()).values
    edges = torch.cat([torch.tensor([low], dtype=torch.float64), inside,
                       torch.tensor([high], dtype=torch.float64)])
    widths = edges[1:] - edges[:-1]
    at = int(widths.argmax())
    return float(np.float32((edges[at] + edges[at + 1]) / 2)), float(widths[at] / 2)


def detections_of(model, batch, captured):
    """Detections, best first, without those that have no area: an empty box is nothing to draw.

    Thresholds and limits are near the usual ones, each where no number is near: what rounding may decide
    is no test of anything.
    """
    def run():
        OVERLAPS.clear()
        with torch.no_grad():
            return model(list(batch))

    margins = {}
    model.score_thresh, model.nms_thresh, model.detections_per_img = 0.05, 0.5, 10**6
    model.topk_candidates = 10**6
    run()
    scores = torch.sigmoid(captured["cls_logits"])
    model.score_thresh, margins["score"] = widest_gap(scores.flatten(), 0.03, 0.08)
    limits = {}
    for limit in range(100, 200):
        gaps = [1.0]
        for picture in scores:
            for level in picture.split(captured["levels"]):
                found = level.flatten()
                found = found[found > model.score_thresh].sort(descending=True).values
                if len(found) > limit:
                    gaps.append(float(found[limit - 1] - found[limit]))
        limits[limit] = min(gaps)
    model.topk_candidates = max(limits, key=limits.get)
    margins["candidates"] = limits[model.topk_candidates]
    run()
    model.nms_thresh, margins["iou"] = widest_gap(torch.cat(OVERLAPS), 0.48, 0.52)
    results = run()
    ordered = []
    for result in results:
        boxes = result["boxes"]
        good = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        order = torch.argsort(result["scores"], descending=True, stable=True)
        ordered.append(order[good[order]])
    gaps = {limit: min([1.0] + [float(r["scores"][o[limit - 1]] - r["scores"][o[limit]])
                                for r, o in zip(results, ordered) if len(o) > limit])
            for limit in range(40, 60)}
    limit = max(gaps, key=gaps.get)
    margins["limit"] = gaps[limit]
    kept = []
    for result, order in zip(results, ordered):
        kept.append({"before": len(result["scores"]), "empty": len(result["scores"]) - len(order),
                     "labels": [int(result["labels"][i]) for i in order[:limit]],
                     "scores": [float(f"{float(result['scores'][i]):.7g}") for i in order[:limit]],
                     "boxes": [[float(f"{float(v):.7g}") for v in result["boxes"][i]]
                               for i in order[:limit]]})
    return {"scoreThreshold": model.score_thresh, "iouThreshold": model.nms_thresh,
            "candidatesPerLevel": model.topk_candidates, "detectionsPerImage": limit,
            "margins": {k: number(v) for k, v in margins.items()}, "pictures": kept}


GRADIENTS = [
    "backbone.body.layer2.0.conv1.weight", "backbone.body.layer3.1.conv2.weight",
    "backbone.body.layer4.2.conv3.weight", "backbone.body.layer4.0.downsample.0.weight",
    "backbone.body.layer3.0.bn2.weight", "backbone.body.layer4.2.bn3.bias",
    "backbone.fpn.inner_blocks.0.0.weight", "backbone.fpn.layer_blocks.2.0.bias",
    "backbone.fpn.extra_blocks.p6.weight", "backbone.fpn.extra_blocks.p7.weight",
    "head.classification_head.conv.0.0.weight", "head.classification_head.conv.3.1.weight",
    "head.classification_head.cls_logits.weight", "head.classification_head.cls_logits.bias",
    "head.regression_head.conv.2.0.weight", "head.regression_head.conv.1.1.bias",
    "head.regression_head.bbox_reg.weight", "head.regression_head.bbox_reg.bias",
]


def golden(retinanet, make, weights, rate):
    model = model_of(retinanet, make, weights)
    captured = {}
    model.head.register_forward_hook(lambda *a: captured.update(a[2]))
    model.anchor_generator.register_forward_hook(lambda *a: captured.update(
        anchors=a[2][0], levels=[9 * f.shape[2] * f.shape[3] for f in a[1][1]]))
    batches = [torch.stack([pixels(s, i) for i in range(3)]) for s in range(len(SIZES))]
    goals = [[objects(s, i) for i in range(3)] for s in range(len(SIZES))]
    cases = []
    model.eval()
    for size, batch in enumerate(batches):
        model.transform.sizes = [tuple(p) for p in SIZES[size]["pictures"]]
        found = detections_of(model, batch, captured)
        logits, deltas, anchors = captured["cls_logits"], captured["bbox_regression"], captured["anchors"]
        weights_of_anchors = torch.arange(1, anchors.numel() + 1, dtype=torch.float64) % 97
        assert bool((anchors == anchors.round()).all())
        cases.append({
            "size": size, "logits": sample(logits), "deltas": sample(deltas),
            "anchors": {"count": len(anchors), "first": anchors[:18].flatten().int().tolist(),
                        "checksum": int((anchors.double().flatten() * weights_of_anchors).sum())},
            "detections": found})
        print(f"  {size}: logits {float(logits.mean()):.2f} +- {float(logits.std()):.2f}, deltas +- "
              f"{float(deltas.std()):.2f}, limits {found['candidatesPerLevel']}, "
              f"{found['detectionsPerImage']}, before {[d['before'] for d in found['pictures']]}, empty "
              f"{[d['empty'] for d in found['pictures']]}, margins {found['margins']}")
    model.train()
    for size, batch in enumerate(batches):
        model.zero_grad(set_to_none=True)
        model.transform.sizes = [tuple(p) for p in SIZES[size]["pictures"]]
        losses = model(list(batch), goals[size])
        sum(losses.values()).backward()
        named = dict(model.named_parameters())
        cases[size]["losses"] = {k: number(v) for k, v in losses.items()}
        cases[size]["gradients"] = {n: sample(named[n].grad) for n in GRADIENTS
                                    if n in named and named[n].grad is not None}
        print(f"  {size}: losses {cases[size]['losses']}, {len(cases[size]['gradients'])} gradients")
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    optimizer = torch.optim.SGD([p for _, p in trained], lr=rate, momentum=0.9, weight_decay=1e-4)
    steps = []
    for step in range(STEPS + 1):
        size = step % len(SIZES)
        model.transform.sizes = [tuple(p) for p in SIZES[size]["pictures"]]
        losses = model(list(batches[size]), goals[size])
        steps.append([number(losses["classification"]), number(losses["bbox_regression"])])
        optimizer.zero_grad(set_to_none=True)
        sum(losses.values()).backward()
        optimizer.step()
        print(f"  step {step}: {steps[-1]}", flush=True)
    return {"trained": len(trained), "parameters": sum(p.numel() for _, p in model.named_parameters()),
            "cases": cases, "rate": rate, "steps": steps}


def main():
    retinanet = declare_torchvision()
    header = {"program": "Scripts/golden/torchvision_parity.py",
              "command": "python3 Scripts/golden/torchvision_parity.py",
              "versions": {n: importlib.metadata.version(n).split("+")[0] for n in ["torch", "torchvision"]}}
    for name, make, weights, rate in [
        ("v1", retinanet.retinanet_resnet50_fpn, retinanet.RetinaNet_ResNet50_FPN_Weights.COCO_V1, 2e-5),
        ("v2", retinanet.retinanet_resnet50_fpn_v2, retinanet.RetinaNet_ResNet50_FPN_V2_Weights.COCO_V1, 2e-4),
    ]:
        print(name)
        result = {"header": header | {"model": make.__name__}, "sizes": SIZES, "boxes": BOXES}
        result |= golden(retinanet, make, weights, rate)
        OUT.mkdir(parents=True, exist_ok=True)
        path = OUT / f"torchvision_{name}.json"
        path.write_text(json.dumps(result, allow_nan=False).replace(' "detections"', '\n"detections"') + "\n")
        print(f"{path.name}: {path.stat().st_size} bytes")


main()
