#!/usr/bin/env python3
"""Holds `focal loss apply` against formulas of its own, in float64, from outside.

    loss_apply.py make  --output IN.safetensors [--seed S] [--rows N] [--classes K] [--dtype f32]
    loss_apply.py check --kind KIND --input IN.safetensors --output OUT.safetensors [--gamma ...]
    loss_apply.py sweep --focal .build/release/focal [--count 1000] [--seed 0] [-- ARGUMENT...]

`check` reads what went into the command and what came out of it, computes loss and gradient anew by
the textbook formulas, and prints the largest absolute error, relative error and error in units of the
last place (of the dtype in the file, at the expected number). `sweep` makes random and extreme
tensors, runs the command on each, in every form that takes them, and checks all; what stands after
`--` goes to every call, for instance `-- --form composed`. One tensor in eight is so large that the
kernel sums it as it does in training. The command takes its gradient of the summed loss and says the sum,
which is held against that of the elements. The exit status is 1 if anything is out of tolerance.

An element is within tolerance if |found − expected| <= absolute + relative · |expected|, both having
defaults for the dtype that the command computes in (`tolerance` below), which follows from that of the
input and the form, never from what came out. NaN must be NaN, ∞ must be ∞; rows that are ignored must be
exactly 0. Within the rounding of that dtype of a hinge's corner any slope between those of both sides
will do.

Needs Python 3.9 and NumPy, no PyTorch; it reads and writes .safetensors by itself. Without NumPy it
makes .venv/loss_apply on the first run.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    VENV = pathlib.Path(__file__).resolve().parent / ".venv/loss_apply"
    if pathlib.Path(sys.prefix) == VENV:
        raise
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", "numpy==2.3.5"], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__, *sys.argv[1:]])

KINDS = ["ce", "focal", "flstar", "softmax-focal", "hinge"]
GAMMAS = [0.0, 1e-3, 0.5, 1.0, 2.0, 5.0]
# Bits of the significand that are stored, exponent of the least normal number.
PRECISION = {"F64": (52, -1022), "F32": (23, -126), "F16": (10, -14), "BF16": (7, -126)}
BACKGROUND, IGNORED = -1, -2


# safetensors: eight bytes of length, a JSON header, raw little-endian numbers

STORED = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}


def read_safetensors(path):
    """{name: (dtype, array)}; floats of every width as float64, bfloat16 too."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + o for o in entry["data_offsets"])
        raw = np.frombuffer(data[begin:end], dtype=STORED[entry["dtype"]]).reshape(entry["shape"])
        if entry["dtype"] == "BF16":
            raw = (raw.astype(np.uint32) << 16).view(np.float32)
        tensors[name] = (entry["dtype"], raw if entry["dtype"][0] == "I" else raw.astype(np.float64))
    return tensors


def write_safetensors(path, tensors):
    header, parts, offset = {}, [], 0
    for name, (dtype, array) in tensors.items():
        if dtype == "BF16":
            array = bfloat16_bits(array)
        raw = np.ascontiguousarray(array).astype(STORED[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape),
                        "data_offsets": [offset, offset + len(raw)]}
        parts.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def bfloat16_bits(array):
    """The upper half of a float32, rounded to nearest, ties to even; NaN stays NaN."""
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    return np.where(np.isnan(array), np.uint16(0x7FC0), rounded)


# The losses: loss and gradient of every logit, in float64


def log_p(x):
    return -np.logaddexp(0.0, -x)


def margin_loss(options, x):
    """f and f' at a margin x = y · logit."""
    kind, gamma = options.kind, options.gamma
    p, q = np.exp(log_p(x)), np.exp(log_p(-x))
    if kind == "ce":
        return -log_p(x), -q
    if kind == "focal":
        power = np.ones_like(x) if gamma == 0 else np.exp(gamma * log_p(-x))
        p_log_p = np.where(p == 0, 0.0, p * log_p(x))
        # Appendix B: (1 − p)^γ (γ p log p + p − 1).
        return -power * log_p(x), power * (gamma * p_log_p - q)
    if kind == "flstar":
        star = gamma * x + options.beta
        return -log_p(star) / gamma, -np.exp(log_p(-star))
    if options.score == "logit":
        gap, slope = options.margin - x, -np.ones_like(x)
    else:
        gap, slope = np.where(x < 0, options.margin - p, options.margin - 1 + q), -p * q
    return np.where(gap <= 0, 0.0, gap), np.where(np.isnan(gap), gap, np.where(gap > 0, slope, 0.0))


def weighted(weight, numbers):
    """A weight of 0 makes 0, of ∞ too; NaN stays."""
    return np.where((weight == 0) & np.isinf(numbers), 0.0, weight * numbers)


def sigmoid_loss(options, logits, targets):
    is_object = targets[:, None] == np.arange(logits.shape[1])[None, :]
    sign = np.where(is_object, 1.0, -1.0)
    loss, slope = margin_loss(options, sign * logits)
    weight = np.ones_like(logits)
    if options.alpha is not None:
        weight = np.where(is_object, options.alpha[0], 1 - options.alpha[0])
    return weighted(weight, loss), weighted(weight, sign * slope)


def softmax_loss(options, logits, targets):
    """−w (1 − p)^γ log p in the column of the target, its derivative in all."""
    loss, gradient = np.zeros_like(logits), np.zeros_like(logits)
    for row, target in enumerate(targets):
        if target < 0:
            continue
        z = logits[row]
        others = np.delete(z, target)
        if np.isnan(z).any():
            loss[row, target], gradient[row] = np.nan, np.nan
            continue
        weight = 1.0 if options.alpha is None else options.alpha[target]
        # Several infinities, or nothing but classes that are out of question: no softmax.
        if np.count_nonzero(z == np.inf) > 1 or (z == -np.inf).all():
            loss[row, target], gradient[row] = np.nan, np.nan
            continue
        peak = others.max(initial=-np.inf)
        if peak == -np.inf:
            continue  # Nobody else: p = 1.
        powers = np.where(others == peak, 1.0, np.exp(others - peak))
        log_rest = np.log(powers.sum())
        # p = σ(m), with m the target's logit against the logarithm of the others' sum.
        margin = np.array([(z[target] - peak) - log_rest])
        value, slope = margin_loss(argparse.Namespace(kind="focal", gamma=options.gamma), margin)
        loss[row, target] = weighted(weight, value)[0]
        shares = weight * slope[0] * powers / powers.sum()
        gradient[row] = np.insert(-shares, target, weight * slope[0])
    return loss, gradient


def expected(options, logits, targets):
    with np.errstate(all="ignore"):
        form = softmax_loss if options.kind == "softmax-focal" else sigmoid_loss
        loss, gradient = form(options, logits, targets)
    ignored = targets == IGNORED
    loss[ignored], gradient[ignored] = 0.0, 0.0
    return loss, gradient


# Comparison


def spacing(dtype, numbers):
    """The unit of the last place of a dtype at some numbers."""
    bits, least = PRECISION[dtype]
    _, exponent = np.frexp(np.where(np.isfinite(numbers), np.abs(numbers), 0.0))
    return np.ldexp(1.0, np.maximum(exponent - 1, least) - bits)


def tolerance(options, name, dtype):
    """(absolute, relative) of a dtype unless given.

    float32: exp of an argument of up to 88 has a relative error of 88 · 2⁻²⁴; below the least normal
    number a result may be flushed to 0. bfloat16: half a unit of the last place, and that. A hinge's
    loss is a difference, of which the rounding of the margin and of the score stays.
    """
    single = 1e-5
    relative = {"F64": 1e-12, "F32": single, "F16": 2**-11 + single, "BF16": 2**-8 + single}[dtype]
    absolute = {"F64": 1e-300, "F32": 2**-125, "F16": 2**-24, "BF16": 2**-125}[dtype]
    if options.kind == "hinge" and name == "loss":
        absolute = 4 * 2.0 ** -(PRECISION[dtype][0] + 1) * max(1.0, abs(options.margin))
    return (absolute if options.absolute is None else options.absolute,
            relative if options.relative is None else options.relative)


def near_corner(options, logits, targets, dtype):
    """Where a hinge's slope jumps within the rounding of its score."""
    if options.kind != "hinge":
        return np.zeros(logits.shape, bool)
    is_object = targets[:, None] == np.arange(logits.shape[1])[None, :]
    x = np.where(is_object, logits, -logits)
    with np.errstate(all="ignore"):
        score = x if options.score == "logit" else np.exp(log_p(x))
        reach = 4 * 2.0 ** -PRECISION[dtype][0] * max(1.0, abs(options.margin))
        return np.abs(score - options.margin) <= reach


def computed_dtypes(options, input_dtype):
    """In what a loss, a gradient and a slope's corner are computed, by the input's dtype and the form.

    Logits shorter than float32 are made float32; the fused form alone takes bfloat16 as it is, and rounds
    its gradient to it. The reference computes in double, and rounds at the end.
    """
    wide = "F64" if input_dtype == "F64" else "F32"
    short = input_dtype == "BF16" and options.form == "fused"
    return {"loss": wide, "gradient": "BF16" if short else wide}


def compare(name, found, wanted, dtype, options, corner, ignored):
    """A line of figures and the failures of one tensor."""
    if found.shape != wanted.shape:
        return None, [f"{name}: shape {found.shape}, expected {wanted.shape}"]
    if found.size == 0:
        return (0.0, 0.0, 0.0), []
    absolute, relative = tolerance(options, name, dtype)
    finite = np.isfinite(wanted)
    with np.errstate(all="ignore"):
        error = np.where(finite, np.abs(found - wanted), 0.0)
        same = np.where(np.isnan(wanted), np.isnan(found), found == wanted)
        within = np.where(finite, error <= absolute + relative * np.abs(wanted), same)
    if name == "gradient" and corner.any():
        # Between flat and the slope below the corner, either sign.
        steepest = 1.0 if options.score == "logit" else 0.25
        within |= corner & (np.abs(found) <= steepest * (1 + 1e-5))
        error = np.where(corner, np.minimum(error, 0.0), error)
    within &= ~ignored[:, None] | (found == 0)
    normal = finite & (np.abs(wanted) >= 2.0 ** PRECISION[dtype][1])
    with np.errstate(all="ignore"):
        ratio = np.where(normal, error / np.abs(np.where(normal, wanted, 1.0)), 0.0)
        units = np.where(normal, error / spacing(dtype, wanted), 0.0)
    failures = [
        f"{name}[{r},{c}] = {float(found[r, c])!r}, expected {float(wanted[r, c])!r}"
        for r, c in zip(*np.nonzero(~within))
    ]
    return tuple(float(np.nanmax(v)) for v in (error, ratio, units)), failures


def check(options, source, result):
    """({tensor: (absolute, relative, ulp)}, failures) of one pair of files."""
    inputs, outputs = read_safetensors(source), read_safetensors(result)
    input_dtype, logits = inputs["logits"]
    targets = inputs["targets"][1]
    dtypes = computed_dtypes(options, input_dtype)
    corner = near_corner(options, logits, targets, dtypes["loss"])
    figures, failures = {}, []
    for name, wanted in zip(["loss", "gradient"], expected(options, logits, targets)):
        if name not in outputs:
            failures.append(f"no tensor {name} in the output, which has {sorted(outputs)}")
            continue
        stored, found = outputs[name]
        if stored != dtypes["loss"]:
            failures.append(f"{name} is of dtype {stored}, expected {dtypes['loss']}")
            continue
        dtype = dtypes[name]
        figure, wrong = compare(name, found, wanted, dtype, options, corner, targets == IGNORED)
        figures[f"{name} {dtype}"] = figure
        failures += wrong
    return figures, failures


def check_sum(summary, result):
    """Failures of the sum that the command says beside the losses that it wrote."""
    dtype, losses = read_safetensors(result)["loss"]
    found = summary["sum"]
    found = {"NaN": np.nan, "Infinity": np.inf}[found] if isinstance(found, str) else found
    wanted = float(losses.sum())
    if found == wanted or np.isnan(found) and np.isnan(wanted):
        return []
    bound = {"F64": 1e-12, "F32": 1e-5}[dtype] * abs(wanted) + 2.0**-125
    return [] if abs(found - wanted) <= bound else [f"sum = {found!r}, its elements' {wanted!r}"]


# Inputs


SPECIAL = [0.0, -0.0, 1e4, -1e4, 1e-30, -1e-30, 1e-45, 16.0, -16.0, 17.5, -88.0, 88.0, -104.0, 104.0,
           -745.0, 745.0, 0.5, -0.5, 30.0, -30.0]
HOSTILE = [float("inf"), float("-inf"), float("nan")]


def random_tensors(draw, rows=None, classes=None, dtype=None, kind=None):
    """Logits and targets: those of a model, of an early one, extremes, and what no model should give."""
    generator = np.random.default_rng(draw.getrandbits(63))
    # Of 2^16 logits and more bfloat16 has tables; the kernel's blocks of background begin at 2048.
    is_large = kind in ("ce", "focal") and draw.random() < 0.125
    if rows is None:
        rows = draw.choice([900, 1300]) if is_large else draw.choice([0, 1, 2, 7, 64, 333])
    if classes is None:
        classes = 80 if is_large else draw.choice([1, 2, 3, 16, 20, 33, 80])
    shape = (rows, classes)
    style = draw.choice(["prior", "trained", "wide", "wide", "extreme", "hostile"])
    if style == "prior":
        logits = generator.normal(-4.595, 0.05, shape)
    elif style == "trained":
        logits = generator.normal(-6, 3, shape)
    else:
        logits = generator.uniform(-1, 1, shape) * 10.0 ** generator.uniform(-3, 2, shape)
    share = {"extreme": 0.3, "hostile": 0.2}.get(style, 0.0)
    values = SPECIAL + (HOSTILE if style == "hostile" else [])
    logits = np.where(generator.random(shape) < share, generator.choice(values, shape), logits)
    targets = generator.integers(IGNORED, classes, rows) if rows else np.zeros(0, np.int64)
    if is_large:
        # As in training: nearly all background.
        targets = np.where(generator.random(rows) < 0.97, BACKGROUND, targets)
    if draw.random() < 0.1:
        targets[:] = draw.choice([BACKGROUND, IGNORED, 0])
    if style == "hostile" and rows:
        logits[targets == IGNORED] = np.nan
    dtype = dtype or draw.choice(["F32", "F32", "BF16", "BF16", "F64", "F16"])
    if dtype == "F16":
        logits = np.where(np.isfinite(logits), np.clip(logits, -6e4, 6e4), logits)
    if dtype != "F64":
        logits = logits.astype(np.float32)
    return {"logits": (dtype, logits), "targets": ("I64", targets)}


def random_form(draw, kind, dtype):
    forms = ["automatic", "composed", "reference"]
    if kind in ("ce", "focal") and dtype in ("F32", "BF16", "F16"):
        forms += ["fused"] * 3
    return draw.choice(forms)


def random_options(draw, kind):
    options = argparse.Namespace(kind=kind, gamma=2.0, beta=1.0, alpha=None, margin=1.0, score="logit",
                                 absolute=None, relative=None)
    if kind in ("focal", "softmax-focal"):
        options.gamma = draw.choice(GAMMAS + [round(draw.uniform(0, 5), 3)] * 2 + [17.3])
    if kind == "flstar":
        options.gamma, options.beta = draw.choice([(2.0, 1.0), (4.0, 0.0), (1.0, 0.0), (0.5, -1.0)])
    if kind in ("ce", "focal", "flstar", "hinge"):
        options.alpha = draw.choice([None, [0.25], [0.75], [round(draw.random(), 3)], [0.0], [1.0]])
    if kind == "hinge":
        options.score = draw.choice(["logit", "logit", "probability"])
        options.margin = draw.choice(
            [1.0, 0.0, 0.3] if options.score == "logit" else [0.5, 0.9, 0.3, 1.0])
    return options


def arguments(options):
    """The flags of the command that say the same."""
    alpha = "none" if options.alpha is None else ",".join(repr(a) for a in options.alpha)
    flags = ["--kind", options.kind, "--form", options.form, "--alpha", alpha]
    if options.kind in ("focal", "softmax-focal", "flstar"):
        flags += ["--gamma", repr(options.gamma)]
    if options.kind == "flstar":
        flags.append(f"--beta={options.beta!r}")
    if options.kind == "hinge":
        flags += ["--score", options.score, f"--margin={options.margin!r}"]
    return flags


# The three modes

DTYPES = {"f64": "F64", "f32": "F32", "f16": "F16", "bf16": "BF16"}


def run_make(options):
    dtype = DTYPES.get(options.dtype)
    draw = random.Random(options.seed)
    write_safetensors(options.output, random_tensors(draw, options.rows, options.classes, dtype))
    return 0


def report(figures):
    for name, figure in sorted(figures.items()):
        print("%-28s absolute %.3g, relative %.3g, ulp %.4g" % (name, *figure))


def run_check(options):
    figures, failures = check(options, options.input, options.output)
    report({name: figure for name, figure in figures.items() if figure})
    for failure in failures[:20]:
        print(failure)
    print(f"{len(failures)} out of tolerance" if failures else "all within tolerance")
    return 1 if failures else 0


def form_of(extra):
    return extra[extra.index("--form") + 1] if "--form" in extra else None


def without_form(extra):
    if "--form" not in extra:
        return extra
    place = extra.index("--form")
    return extra[:place] + extra[place + 2:]


def run_sweep(options):
    draw = random.Random(options.seed)
    worst, bad, forms = {}, 0, collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        source, result = f"{folder}/in.safetensors", f"{folder}/out.safetensors"
        for index in range(options.count):
            kind = options.kind or KINDS[index % len(KINDS)]
            settings = random_options(draw, kind)
            tensors = random_tensors(draw, kind=kind)
            settings.form = form_of(options.extra) or random_form(draw, kind, tensors["logits"][0])
            settings.absolute, settings.relative = options.absolute, options.relative
            if kind == "softmax-focal" and draw.random() < 0.5:
                count = tensors["logits"][1].shape[1]
                settings.alpha = [round(draw.uniform(0, 3), 3) for _ in range(count)]
            write_safetensors(source, tensors)
            pathlib.Path(result).unlink(missing_ok=True)
            command = [options.focal, "loss", "apply", *arguments(settings), "--input", source,
                       "--output", result, "--json", *without_form(options.extra)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                figures, failures = {}, [f"exit status {done.returncode}: {done.stderr.strip()}"]
            else:
                figures, failures = check(settings, source, result)
                failures += check_sum(json.loads(done.stdout), result)
            forms[settings.form, tensors["logits"][0]] += 1
            for name, figure in figures.items():
                if figure:
                    key = f"{kind} {name}"
                    worst[key] = tuple(map(max, figure, worst.get(key, figure)))
            if failures:
                bad += 1
                shape = tensors["logits"][1].shape
                print(f"tensor {index} {tensors['logits'][0]} {shape}: {' '.join(command[1:-4])}")
                for failure in failures[:5]:
                    print(f"  {failure}")
    report(worst)
    print(", ".join(f"{form} {dtype} {count}" for (form, dtype), count in sorted(forms.items())))
    print(f"{options.count} tensors, {bad} out of tolerance")
    return 1 if bad else 0


def weights(text):
    return None if text == "none" else [float(v) for v in text.split(",")]


def parsed(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(dest="mode", required=True)
    make = modes.add_parser("make", help="write a random input")
    make.add_argument("--output", required=True)
    make.add_argument("--seed", type=int, default=0)
    make.add_argument("--rows", type=int)
    make.add_argument("--classes", type=int)
    make.add_argument("--dtype", choices=list(DTYPES))
    one = modes.add_parser("check", help="check one output")
    one.add_argument("--kind", choices=KINDS, required=True)
    one.add_argument("--gamma", type=float, default=2.0)
    one.add_argument("--alpha", type=weights, default=[], help="number, list or none")
    one.add_argument("--beta", type=float, default=1.0)
    one.add_argument("--margin", type=float)
    one.add_argument("--form", choices=["automatic", "fused", "composed", "reference"],
                     default="automatic", help="what the command was asked for")
    one.add_argument("--score", choices=["logit", "probability"], default="logit")
    one.add_argument("--input", required=True)
    one.add_argument("--output", required=True)
    many = modes.add_parser("sweep", help="run the command on random inputs and check all")
    many.add_argument("--focal", required=True)
    many.add_argument("--count", type=int, default=1000)
    many.add_argument("--seed", type=int, default=0)
    many.add_argument("--kind", choices=KINDS, help="this kind alone")
    for mode in (one, many):
        mode.add_argument("--absolute", type=float, help="tolerance; by the dtype unless given")
        mode.add_argument("--relative", type=float, help="tolerance; by the dtype unless given")
    # What follows a lone -- is the command's.
    cut = argv.index("--") if "--" in argv else len(argv)
    options = parser.parse_args(argv[:cut])
    options.extra = argv[cut + 1:]
    if options.mode == "check":
        if options.alpha == []:
            options.alpha = [0.25] if options.kind in ("focal", "flstar") else None
        if options.margin is None:
            options.margin = 1.0 if options.score == "logit" else 0.5
    return options


def main():
    options = parsed(sys.argv[1:])
    return {"make": run_make, "check": run_check, "sweep": run_sweep}[options.mode](options)


if __name__ == "__main__":
    sys.exit(main())
