#!/usr/bin/env python3
"""Random weights of every RetinaNet that torchvision can build on our backbones, through focal and back.

usage: python3 Scripts/golden/torchvision_import.py sweep --focal .build/release/focal [--only resnet50] [--size 96x64]

It writes no golden file, and without `sweep` it does nothing.

The sweep writes a .pth for each backbone, in the form of torchvision's first and second RetinaNet, zipped and in the
older form of pickles in a row (that one with old names, inside a training checkpoint of data-parallel weights), and one
of the classification weights of each backbone. Each goes through `focal import torchvision`, the latter through a run of
`focal train --backbone-weights` that trains none of the backbone, and then through `focal model forward`; torchvision
runs the same weights on the same pictures. One line a model: the greatest difference of the logits and of the deltas,
each over the greatest magnitude of its tensor, and whether all anchors are equal. Tolerance 1e-4 of that magnitude, as
for all parity with torchvision: float32 sums of some thousand terms in another order; anchors have none.

The environment is torchvision_parity.py's: torch 2.13.0, torchvision 0.28.0. With COCO_V1's epsilon of 0 where the
first RetinaNet has 91 logits, as torchvision sets it for these weights, else 1e-5.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv/torchvision_parity"
NEEDS = [["torch==2.13.0", "numpy==2.3.5", "pillow==13.0.0"], ["--no-deps", "torchvision==0.28.0"]]
TOLERANCE = 1e-4

if pathlib.Path(sys.prefix) != VENV and not os.environ.get("GOLDEN_PYTHON"):
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        for needs in NEEDS:
            subprocess.run([str(VENV / "bin/pip"), "install", "-q", *needs], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), *sys.argv])

import importlib.util  # noqa: E402

import torch  # noqa: E402

library = None
try:
    parts = pathlib.Path(importlib.util.find_spec("torchvision").submodule_search_locations[0])
    for compiled in parts.glob("_C*.so"):
        torch.ops.load_library(str(compiled))
except (OSError, RuntimeError):
    # Without its compiled part torchvision wants these names to be there; nothing here calls them.
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import torchvision  # noqa: E402
from torchvision.models.detection import retinanet  # noqa: E402
from torchvision.models.detection.backbone_utils import _resnet_fpn_extractor  # noqa: E402
from torchvision.models.detection.image_list import ImageList  # noqa: E402
from torchvision.ops import FrozenBatchNorm2d  # noqa: E402
from torchvision.ops.feature_pyramid_network import LastLevelP6P7  # noqa: E402

BACKBONES = [
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext101_32x8d",
    "resnext101_64x4d",
]


def detector(name, version, classes, norm, width=64):
    """torchvision's RetinaNet of a version on a backbone, with random weights and statistics."""
    layers = {} if width == 64 else {"width_per_group": width}
    body = getattr(torchvision.models, name)(weights=None, norm_layer=norm, **layers)
    lowest = 64 * (4 if hasattr(body.layer1[0], "conv3") else 1)
    extra = LastLevelP6P7(256, 256) if version == 1 else LastLevelP6P7(lowest * 8, 256)
    backbone = _resnet_fpn_extractor(body, 5, returned_layers=[2, 3, 4], extra_blocks=extra)
    anchors = retinanet._default_anchorgen()
    head = None
    if version == 2:
        head = retinanet.RetinaNetHead(
            backbone.out_channels, anchors.num_anchors_per_location()[0], classes,
            norm_layer=lambda channels: torch.nn.GroupNorm(32, channels),
        )
    model = retinanet.RetinaNet(backbone, classes, anchor_generator=anchors, head=head)
    randomize(model)
    return model.eval()


def randomize(model):
    for name, tensor in list(model.named_parameters()) + list(model.named_buffers()):
        with torch.no_grad():
            if name.endswith("running_mean"):
                tensor.normal_(0, 0.1)
            elif name.endswith("running_var"):
                tensor.uniform_(0.5, 1.5)
            elif tensor.dim() == 4:
                tensor.normal_(0, math.sqrt(2 / tensor[0].numel()))
            elif name.endswith("weight"):
                # The last norm of a block is weak, so that fifty of them in a row do not grow.
                last = ".bn3." in name or "downsample.1." in name
                tensor.normal_(0.2 if last else 1, 0.05)
            elif tensor.dim() == 1:
                tensor.normal_(0, 0.1)


def forward(model, images):
    """Logits, deltas and anchors of normalised pictures."""
    with torch.no_grad():
        features = list(model.backbone(images).values())
        head = model.head(features)
        sizes = [tuple(images.shape[-2:])] * len(images)
        anchors = model.anchor_generator(ImageList(images, sizes), features)[0]
    return {"logits": head["cls_logits"], "deltas": head["bbox_regression"], "anchors": anchors}


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def read_safetensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name}: found {entry['dtype']}, expected F32")
        low, high = entry["data_offsets"]
        flat = torch.frombuffer(bytearray(data[start + low:start + high]), dtype=torch.float32)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def focal(path, *arguments):
    run = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"focal {' '.join(map(str, arguments))}: {run.stderr.strip()}")
    return run.stdout


def compared(arguments, model, file, images, folder):
    """The line's figures for a model file against torchvision's model."""
    input, output = folder / "images.safetensors", folder / "outputs.safetensors"
    write_safetensors(input, {"images": images})
    focal(arguments.focal, "model", "forward", "--model", file, "--input", input, "--output", output)
    found, expected = read_safetensors(output), forward(model, images)
    figures = {}
    for name in ("logits", "deltas"):
        if found[name].shape != expected[name].shape:
            raise RuntimeError(f"{name}: found {list(found[name].shape)}, expected {list(expected[name].shape)}")
        figures[name] = ((found[name] - expected[name]).abs().max() / expected[name].abs().max()).item()
    same = torch.equal(found["anchors"], expected["anchors"])
    isWithin = same and all(figure <= TOLERANCE for figure in figures.values())
    words = f"logits {figures['logits']:.1e}, deltas {figures['deltas']:.1e}, anchors {'equal' if same else 'DIFFER'}"
    return words + ("" if isWithin else "   OUT OF TOLERANCE"), isWithin


def save(value, path, form):
    torch.save(value, path, _use_new_zipfile_serialization=form == "zip")


def detectors(arguments, images, folder):
    for index, name in enumerate(BACKBONES):
        for version in (1, 2):
            # COCO's 91 logits and three classes and a background in turn; norms frozen as the first was published, and not.
            classes = 91 if (index + version) % 2 else 4
            norm = FrozenBatchNorm2d if version == 1 and index % 3 < 2 else torch.nn.BatchNorm2d
            for form in ("zip", "legacy"):
                if arguments.only and arguments.only not in f"{name} v{version} {form}":
                    continue
                model = detector(name, version, classes, norm)
                if version == 1 and norm is FrozenBatchNorm2d and classes == 91:
                    retinanet.overwrite_eps(model, 0.0)
                state = model.state_dict()
                weights, file = folder / "weights.pth", folder / "model.safetensors"
                # Of every second one an older file: old names, inside a training checkpoint, of data parallel.
                save(as_checkpoint(state) if form == "legacy" else state, weights, form)
                focal(arguments.focal, "import", "torchvision", weights, "--out", file, "--quiet")
                kind = f"v{version} {form}, {classes} logits, {'frozen' if norm is FrozenBatchNorm2d else 'batch'} norm"
                yield f"{name} {kind}", *compared(arguments, model, file, images, folder)


def as_checkpoint(state):
    """A state dict as torchvision 0.11 named it, in a training script's checkpoint of data-parallel weights."""
    old = {}
    for name, tensor in state.items():
        parts = name.split(".")
        if ".conv." in name and parts[-2] == "0" and parts[0] == "head" and f"{name[:-len(parts[-1]) - 2]}1.weight" not in state:
            name = ".".join(parts[:3] + [str(2 * int(parts[3]))] + parts[5:])
        if "inner_blocks" in name or "layer_blocks" in name:
            name = ".".join(parts[:4] + parts[5:])
        old["module." + name] = tensor
    return {"model": old, "epoch": 25, "args": argparse.Namespace(lr=0.01), "optimizer": {"state": {}, "param_groups": []}}


def classifiers(arguments, images, folder):
    """Backbones of a run of `focal train` that trains none of their layers."""
    for index, name in enumerate(BACKBONES):
        form = ("zip", "legacy")[index % 2]
        if arguments.only and arguments.only not in f"{name} classification {form}":
            continue
        body = getattr(torchvision.models, name)(weights=None)
        randomize(body)
        weights, run = folder / "weights.pth", folder / "run"
        save(body.state_dict(), weights, form)
        shutil.rmtree(run, ignore_errors=True)
        settings = {
            "model.backbone": name, "model.norm": "frozen", "model.trainableStages": 0, "schedule.epochs": 1,
            "schedule.batchSize": 1, "input.shortSide": 64, "input.longSideCap": 96, "precision": "float32",
            "anchors.rounding": "torchvision", "anchors.spacing": "imageOverCells", "model.extraLevelInput": "p5",
            "model.classLayout": "background-first", "detection.candidatesPerLevel": 10,
        }
        focal(
            arguments.focal, "train", "--train", "synth:1:1", "--val", "synth:1:4", "--out", run, "--quiet",
            "--backbone-weights", weights, *[part for item in settings.items() for part in ("--set", "{}={}".format(*item))],
        )
        file = run / "final.safetensors"
        trained = read_safetensors(file)
        classes = len(trained["head.classification_head.cls_logits.bias"]) // 9
        model = detector(name, 1, classes, FrozenBatchNorm2d)
        model.load_state_dict(trained)
        for key, tensor in body.state_dict().items():
            mine = trained.get("backbone.body." + key)
            if mine is not None and not torch.equal(mine, tensor):
                raise RuntimeError(f"{name}: {key} is not as it was in the file")
        yield f"{name} classification {form}", *compared(arguments, model, file, images, folder)


def sweep(arguments):
    torch.manual_seed(20)
    width, height = (int(side) for side in arguments.size.split("x"))
    images = torch.randn(2, 3, height, width)
    count = outside = 0
    with tempfile.TemporaryDirectory() as name:
        for source in (detectors, classifiers):
            for title, words, isWithin in source(arguments, images, pathlib.Path(name)):
                print(f"{title}: {words}", flush=True)
                count += 1
                outside += not isWithin
    print(f"{count} models, {outside} out of tolerance ({TOLERANCE:g} of each tensor's greatest magnitude)")
    return 1 if outside or not count else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command")
    sweeping = commands.add_parser("sweep")
    sweeping.add_argument("--focal", default=".build/release/focal")
    sweeping.add_argument("--only", help="only models whose line holds this, as \"resnet50 v2\"")
    sweeping.add_argument("--size", default="96x64", help="width and height of the pictures")
    arguments = parser.parse_args()
    sys.exit(sweep(arguments) if arguments.command else 0)
