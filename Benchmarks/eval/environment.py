"""The peers of the evaluation's comparisons and the virtual environment that holds them."""
import pathlib

import common

PEERS = ["pycocotools", "faster_coco_eval", "hotcoco"]
VENV = pathlib.Path(__file__).resolve().parent / ".venv"
NEEDS = [["pycocotools==2.0.11", "numpy==2.3.5", "faster-coco-eval==1.8.0", "hotcoco==1.3.0"]]


def enter(script):
    """Goes on inside Benchmarks/eval/.venv, which is made where it is absent."""
    common.enter_environment(script, VENV, NEEDS)


def peer(name):
    """A peer's classes of annotations and of evaluations."""
    if name == "pycocotools":
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    elif name == "faster_coco_eval":
        from faster_coco_eval import COCO
        from faster_coco_eval import COCOeval_faster as COCOeval
    else:
        from hotcoco import COCO, COCOeval
    return COCO, COCOeval
