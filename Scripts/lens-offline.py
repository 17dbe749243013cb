#!/usr/bin/env python3
"""Recomputes what the imbalance lens logged of a step from the step's saved logits, in double precision.

usage: python3 Scripts/lens-offline.py RUN [--verbose]        (makes Scripts/.venv/lens on the first run)

RUN is the folder of a run that was trained with lens.saveLogitsAtStep, at a step that the lens looked at:

    focal train … --out RUN --set lens.everySteps=20 --set lens.saveLogitsAtStep=60

Nothing is shared with the lens: the file format, the formulas and the order statistics are written here again, from
docs/imbalance-lens.md and the paper; no histogram, every logit counts for itself. Exit status 1 where a number is
off by more than its tolerance.
"""
import json
import os
import pathlib
import subprocess
import sys

VENV = pathlib.Path(__file__).resolve().parent / ".venv/lens"
NEEDS = ["numpy==2.3.5"]
GAMMAS = {"lensGamma0": 0.0, "lensGammaHalf": 0.5, "lensGamma1": 1.0, "lensGamma2": 2.0,
          "lensGamma5": 5.0}

if pathlib.Path(sys.prefix) != VENV:
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", *NEEDS], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__, *sys.argv[1:]])

import numpy as np  # noqa: E402


def read_safetensors(path):
    """Words and arrays of a file; bfloat16 as the doubles it stands for."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    words, arrays = header.pop("__metadata__", {}), {}
    for name, entry in header.items():
        first, end = (8 + size + offset for offset in entry["data_offsets"])
        kind = {"F32": "<f4", "BF16": "<u2", "I64": "<i8"}[entry["dtype"]]
        array = np.frombuffer(data[first:end], kind)
        if entry["dtype"] == "BF16":
            array = (array.astype("<u4") << 16).view("<f4")
        arrays[name] = array.reshape(entry["shape"])
    return words, arrays


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def focal(margin, gamma):
    """-(1 - p)^gamma log p and the size of its derivative by the margin; p = 1 / (1 + e^-margin)."""
    loss = np.exp(-gamma * softplus(margin)) * softplus(-margin)
    p = np.exp(-softplus(-margin))
    slope = np.exp(-gamma * softplus(margin)) * (gamma * p * softplus(-margin) + np.exp(-softplus(margin)))
    return loss, slope


def shares(parts):
    whole = sum(parts)
    return [part / whole if whole > 0 else 0.0 for part in parts]


def carried_by_hardest(losses, fraction):
    """losses: hardest first. The last one counts in part."""
    cut = fraction * losses.size
    whole = int(cut)
    sum_ = losses[:whole].sum() + (cut - whole) * (losses[whole] if whole < losses.size else 0)
    return sum_ / losses.sum()


def carrying_half(losses):
    running = np.cumsum(losses)
    half = running[-1] / 2
    place = int(np.searchsorted(running, half))
    before = running[place - 1] if place else 0.0
    return (place + (half - before) / losses[place]) / losses.size


def figures(margins, groups, weights, alpha, gamma):
    """margins, groups (0 object, 1 hard, 2 easy) and weights of all logits that count."""
    loss, slope = focal(margins, gamma)
    side = np.where(groups == 0, alpha, 1 - alpha) if alpha >= 0 else 1.0
    loss, slope = loss * side * weights, slope * side * weights
    names = ["Positive", "HardNegative", "EasyNegative"]
    result = {}
    for what, values in [("LossShare", loss), ("GradientShare", slope), ("SquaredGradientShare", slope**2)]:
        for name, share in zip(names, shares([values[groups == group].sum() for group in range(3)])):
            result[name + what] = share
    background = groups != 0
    order = np.argsort(margins[background], kind="stable")
    hardest = loss[background][order]
    result["HardestPercentLossShare"] = carried_by_hardest(hardest, 0.01) if hardest.sum() > 0 else 0.0
    result["HalfLossNegativeShare"] = carrying_half(hardest) if hardest.sum() > 0 else 0.0
    return result, loss.sum()


def offline(words, arrays):
    """Every number of the lens, by its key."""
    logits = arrays["logits"].astype(np.float64)
    targets, per_picture = arrays["targets"], arrays["anchorsPerPicture"]
    alpha, gamma = float(words["alpha"]), float(words["gamma"])
    weights = np.ones(targets.size)
    if words["normalizer"] == "per-image":
        ends = np.cumsum(per_picture)
        for first, end in zip(ends - per_picture, ends):
            weights[first:end] = 1 / max(1, int((targets[first:end] >= 0).sum()))
    counted = targets != -2
    is_object = np.zeros(logits.shape, bool)
    rows = np.flatnonzero(targets >= 0)
    is_object[rows, targets[rows]] = True
    margins = np.where(is_object, logits, -logits)[counted]
    is_object, spread = is_object[counted], np.broadcast_to(weights[:, None], logits.shape)[counted]
    p = np.exp(-softplus(-margins))
    groups = np.where(is_object, 0, np.where(p > 0.6, 2, 1))
    result = {
        "lensForegroundAnchors": (targets >= 0).sum(), "lensBackgroundAnchors": (targets == -1).sum(),
        "lensIgnoredAnchors": (targets == -2).sum(), "lensPositives": (groups == 0).sum(),
        "lensHardNegatives": (groups == 1).sum(), "lensEasyNegatives": (groups == 2).sum(),
        "lensNotFinite": (~np.isfinite(logits[counted])).sum(), "lensGamma": gamma, "lensAlpha": alpha,
        "lensPriorProbability": float(words["priorProbability"]),
        "lensPositiveScore": p[is_object].mean() if is_object.any() else 0.0,
        "lensNegativeScore": (1 - p[~is_object]).mean() if (~is_object).any() else 0.0,
    }
    for prefix, value in [("lens", gamma), *GAMMAS.items()]:
        numbers, loss = figures(margins, groups, spread, alpha, value)
        result |= {prefix + name: number for name, number in numbers.items()}
        if prefix == "lens":
            result["lensLoss"] = loss
    return result


def tolerance(key, exact, gamma, normalizer):
    """The histogram's bins are 1/256 wide: docs/imbalance-lens.md, Exactness."""
    prefix = next((name for name in sorted(GAMMAS, key=len, reverse=True) if key.startswith(name)), "")
    gamma = GAMMAS.get(prefix, gamma)
    bin_ = (gamma + 1) ** 2 / (8 * 256**2) + (gamma + 1) / 2**20
    if key.endswith("HardestPercentLossShare") or key.endswith("HalfLossNegativeShare"):
        return 2e-3 if normalizer == "per-image" else 5e-4
    if key.endswith("SquaredGradientShare"):
        return 8 * bin_
    if key.endswith("GradientShare"):
        return 2 * bin_
    if key.endswith("LossShare"):
        return bin_
    if key == "lensLoss" or key.endswith("Score"):
        return exact * bin_
    return 0  # counts and settings


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--verbose"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    run = pathlib.Path(arguments[0])
    files = sorted(run.glob("logits-step-*.safetensors"))
    if not files:
        sys.exit(f"{run}: no logits-step-N.safetensors: train with lens.saveLogitsAtStep")
    wrong = 0
    for file in files:
        words, arrays = read_safetensors(file)
        lines = (json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines())
        step = int(words["step"])
        entry = next((line for line in lines if line["step"] == step and "lensPositives" in line), None)
        if entry is None:
            sys.exit(f"{run}: no figures of step {step}: the lens did not look (lens.everySteps), or it was passed over")
        exact = offline(words, arrays)
        missing = {key for key in entry if key.startswith("lens") and key != "lensSeconds"} ^ set(exact)
        wrong += len(missing)
        for key in sorted(missing):
            print(f"{key}: on one side only")
        worst = 0.0
        for key, value in exact.items():
            difference, allowed = abs(entry[key] - value), tolerance(
                key, value, float(words["gamma"]), words["normalizer"])
            worst = max(worst, difference if "Share" in key else 0.0)
            if difference > allowed or "--verbose" in sys.argv:
                print(f"{key}: logged {entry[key]:.9g}, exact {value:.9g}, off by {difference:.1e}, "
                      f"allowed {allowed:.1e}{'' if difference <= allowed else '   WRONG'}")
            wrong += difference > allowed
        print(f"{file.name}: {arrays['logits'].size} logits ({arrays['logits'].shape[1]} a row), "
              f"{len(exact)} numbers, worst share off by {worst:.1e}, {wrong} wrong")
    sys.exit(1 if wrong else 0)


main()
