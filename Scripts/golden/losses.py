#!/usr/bin/env python3
"""Values and derivatives of the losses, for Tests/FocalLossReferenceTests/Golden/*.json.

usage: python3 Scripts/golden/losses.py        (makes .venv/losses on the first run)

Two oracles stand side by side in every file.

torch   PyTorch in double precision: the value, its gradient by autograd, the gradient's gradient by
        autograd again, of a formula that is stable in the logit. The losses of boxes are
        torchvision's own functions.
exact   The textbook formula, through the probability, with as many digits as it takes (50 and those
        that cancel), differentiated numerically by mpmath; rounded to double at the end. None of our
        closed forms occurs.

Where torch is more than 5e-13 (relative) off the exact number, or not finite, its index is listed in
`torchOff`: there only the exact number counts. Arrays are flat: `first` has one number a variable,
`second` is the Hessian, row by row.
"""
import importlib
import importlib.metadata
import importlib.util
import json
import math
import os
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "Tests/FocalLossReferenceTests/Golden"
VENV = HERE / ".venv/losses"
NEEDS = [["torch==2.13.0", "numpy==2.3.5", "mpmath==1.3.0", "pillow==13.0.0"],
         ["--no-deps", "torchvision==0.28.0"]]
GAMMAS = [0.0, 1e-3, 0.5, 1.0, 2.0, 5.0]

if pathlib.Path(sys.prefix) != VENV:
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        for needs in NEEDS:
            subprocess.run([str(VENV / "bin/pip"), "install", "-q", *needs], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__])

import mpmath as mp  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(1)
OFF = 5e-13
# Beyond this the small side of a sigmoid is below 1e-860: nothing of it is left in a double.
FAR = 2000


def torchvision_losses():
    """torchvision's box losses; its compiled part is not needed, but its operators must be declared."""
    global _library
    folder = pathlib.Path(importlib.util.find_spec("torchvision").submodule_search_locations[0])
    try:
        for compiled in folder.glob("_C*.so"):
            torch.ops.load_library(compiled)
    except OSError:  # compiled for another PyTorch, with CUDA
        _library = torch.library.Library("torchvision", "DEF")
        _library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return importlib.import_module("torchvision.ops")


def by_autograd(function, variables, second=True):
    """Value, gradient and Hessian of a torch function of one vector, as flat lists."""
    x = torch.tensor(variables, dtype=torch.float64, requires_grad=True)
    value = function(x)
    (first,) = torch.autograd.grad(value, x, create_graph=second)
    result = {"value": [value.item()], "first": first.tolist(), "second": []}
    if second:
        for derivative in first:
            if derivative.requires_grad:
                (row,) = torch.autograd.grad(derivative, x, retain_graph=True, allow_unused=True)
            else:
                row = None
            # A sum, as autograd's zeros may have no storage of their own.
            total = torch.zeros(len(variables), dtype=torch.float64) + (0 if row is None else row)
            result["second"] += total.tolist()
    return result


def by_differences(function, variables, digits, second=True):
    """The same of an mpmath function of several numbers, to `digits` digits and 50 more."""
    with mp.workdps(50 + int(digits)):
        point = [mp.mpf(v) for v in variables]
        count = len(point)
        orders = [tuple(int(i == j) for i in range(count)) for j in range(count)]
        result = {"value": [function(*point)], "first": [], "second": []}
        for order in orders:
            result["first"].append(mp.diff(function, tuple(point), order))
        if second:
            table = {}
            for j in range(count):
                for k in range(j, count):
                    order = tuple(a + b for a, b in zip(orders[j], orders[k]))
                    table[j, k] = table[k, j] = mp.diff(function, tuple(point), order)
            result["second"] = [table[j, k] for j in range(count) for k in range(count)]
        return {key: [rounded(v) for v in values] for key, values in result.items()}


def rounded(number):
    """A double of an mpmath number; what is smaller than any double is 0, of whatever sign."""
    return 0.0 if abs(number) < mp.mpf(2) ** -1075 else float(number)


def case(exact, torch_result, **settings):
    off = {}
    for key, wanted in exact.items():
        found = torch_result[key]
        assert len(found) == len(wanted), (key, settings)
        off[key] = [
            i for i, (a, b) in enumerate(zip(found, wanted))
            if not math.isfinite(a) or abs(a - b) > OFF * abs(b) + 1e-319
        ]
        torch_result[key] = [v if math.isfinite(v) else None for v in found]
    return {**settings, "exact": exact, "torch": torch_result, "torchOff": off}


def joined(parts):
    """Results at single margins as one result of arrays."""
    return {key: [v for part in parts for v in part[key]] for key in parts[0]}


# Sigmoid losses, by the margin


def margins(corner=False):
    """Both sides, dense where the losses bend, out to where they overflow naive code.

    With a corner near 0 none so close to it that a numerical derivative would step over it.
    """
    sizes = [1e-300, 1e-9, 1e-3, 0.1, 0.3, 0.7, 1.1, 1.7, 2.3, 3.1, 4.2, 5.5, 7.3, 9.7, 14, 19.5,
             29, 36.5, 37.5, 60, 110, 200, 340, 690, 707, 720, 740, 1000, 1e4]
    sizes = sizes[1:] if corner else [0.0] + sizes
    return sorted({s * v for v in sizes for s in (-1, 1)})


def log_sigmoid(x):
    return -torch.logaddexp(torch.zeros_like(x), -x)


def sigmoid_case(name, torch_loss, exact_loss, steepness, far, points, **settings):
    exact = []
    for x in points:
        reach = abs(x) * steepness
        if far is not None and reach > FAR:
            value, first = far(mp.mpf(x))
            exact.append({"value": [rounded(value)], "first": [float(first)], "second": [0.0]})
        else:
            # Digits that 1 − p loses, and those by which a derivative is below the value.
            exact.append(by_differences(exact_loss, [x], reach / 2))
    found = [by_autograd(lambda v: torch_loss(v).sum(), [x]) for x in points]
    return case(joined(exact), joined(found), loss=name, margins=points, **settings)


def exact_sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def sigmoid_losses():
    def linear(x):
        return (-x, -1) if x < 0 else (mp.mpf(0), 0)

    yield sigmoid_case("ce", lambda x: -log_sigmoid(x), lambda x: -mp.log(exact_sigmoid(x)),
                       1, linear, margins())
    for gamma in GAMMAS:
        def focal(x, gamma=gamma):
            return -torch.exp(gamma * log_sigmoid(-x)) * log_sigmoid(x)

        def exact_focal(x, gamma=gamma):
            p = exact_sigmoid(x)
            return -(1 - p) ** mp.mpf(gamma) * mp.log(p)

        yield sigmoid_case("focal", focal, exact_focal, 1, linear, margins(), gamma=gamma)
    for gamma, beta in [(1.0, 0.0), (2.0, 1.0), (4.0, 0.0), (0.5, -1.0), (50.0, 3.0)]:
        def star(x, gamma=gamma, beta=beta):
            return -log_sigmoid(gamma * x + beta) / gamma

        def exact_star(x, gamma=gamma, beta=beta):
            return -mp.log(exact_sigmoid(gamma * x + beta)) / gamma

        def far_star(x, gamma=gamma, beta=beta):
            return (-x - mp.mpf(beta) / gamma, -1) if x < 0 else (mp.mpf(0), 0)

        yield sigmoid_case("flstar", star, exact_star, gamma, far_star, margins(),
                           gamma=gamma, beta=beta)
    for margin in [1.0, 0.0]:
        yield sigmoid_case("hinge", lambda x, m=margin: F.relu(m - x),
                           lambda x, m=margin: max(m - x, mp.mpf(0)), 0, None, margins(corner=True),
                           hingeMargin=margin, score="logit")
    for margin in [0.5, 0.9, 1.0]:
        # 1 − σ(x) as exp(log σ(−x)): the subtractions that torch can be spared.
        yield sigmoid_case(
            "hinge",
            lambda x, m=margin: F.relu((m - 1) + torch.exp(log_sigmoid(-x))),
            lambda x, m=margin: max(m - exact_sigmoid(x), mp.mpf(0)),
            1, lambda x, m=margin: (mp.mpf(m) if x < 0 else mp.mpf(0), 0), margins(corner=True),
            hingeMargin=margin, score="probability")


# Softmax focal loss, by the logits


def softmax_case(logits, target, gamma, weights):
    weight = 1.0 if weights is None else weights[target]
    others = [i for i in range(len(logits)) if i != target]

    def loss(z):
        log_p = F.log_softmax(z, 0)
        log_q = torch.logsumexp(log_p[others], 0)
        return -weight * torch.exp(gamma * log_q) * log_p[target]

    def exact_loss(*z):
        powers = [mp.exp(v) for v in z]
        p = powers[target] / sum(powers)
        return -weight * (1 - p) ** mp.mpf(gamma) * mp.log(p)

    spread = max(logits) - min(logits)
    return case(by_differences(exact_loss, logits, spread), by_autograd(loss, logits),
                logits=logits, target=target, gamma=gamma, weights=weights)


def softmax_losses():
    draw = random.Random(20170807)
    rows = [
        ([0.0, math.log(2), 0.0], 1, None), ([0.0, 0.0], 0, None), ([2.5, -1.0], 1, [0.25, 4.0]),
        ([40.0, -2.0, 1.0], 0, None), ([40.0, -2.0, 1.0], 2, None), ([-60.0, 55.0], 0, None),
        ([300.0, -250.0, 290.0], 0, [2.0, 0.5, 1.0]), ([300.0, -250.0, 290.0], 1, [2.0, 0.5, 1.0]),
        ([10000.0, 9999.25, 9997.0], 0, None), ([-10000.0, -10001.5, -9998.0], 1, None),
    ]
    for count in [2, 3, 5]:
        for scale in [1.0, 6.0]:
            weights = [round(draw.uniform(0.2, 3), 3) for _ in range(count)]
            rows.append(([draw.gauss(0, scale) for _ in range(count)], draw.randrange(count), weights))
    for index, (logits, target, weights) in enumerate(rows):
        for gamma in GAMMAS if index < 5 else [GAMMAS[index % 6], 2.0 if index % 6 != 4 else 0.5]:
            yield softmax_case(logits, target, gamma, weights)


# Smooth L1 and Huber, by the difference


def smooth_losses():
    points = [s * v for v in [1e-200, 1e-7, 0.01, 0.1, 0.12, 0.5, 0.9, 1.2, 3.0, 4.9, 6.0, 1e4, 1e100]
              for s in (-1, 1)]
    for beta in [0.0, 0.11, 1.0, 5.0]:
        def exact(d, scale=mp.mpf(1), beta=beta):
            d = abs(d)
            return scale * (d * d / (2 * mp.mpf(beta)) if d < beta else d - mp.mpf(beta) / 2)

        def by_torch(function):
            return joined([by_autograd(lambda v: function(v).sum(), [d]) for d in points])

        plain = by_torch(lambda d: F.smooth_l1_loss(d, torch.zeros_like(d), reduction="none", beta=beta))
        yield case(joined([by_differences(exact, [d], 450) for d in points]), plain,
                   loss="smooth-l1", beta=beta, differences=points)
        if beta > 0:
            huber = by_torch(lambda d: F.huber_loss(d, torch.zeros_like(d), reduction="none", delta=beta))
            scaled = [by_differences(lambda d: exact(d, mp.mpf(beta)), [d], 450) for d in points]
            yield case(joined(scaled), huber, loss="huber", beta=beta, differences=points)


# Losses of boxes, by the prediction's corners


def exact_box_loss(kind, target, epsilon, base):
    """The loss of four corners near `base`.

    CIoU's alpha is held at what it is there, and boxes that only touch there are taken as apart, as
    every implementation does. Where two edges coincide, a central difference is the mean of both sides.
    """
    epsilon = mp.mpf(epsilon)
    g = [mp.mpf(v) for v in target]

    def shared(x1, y1, x2, y2):
        return min(x2, g[2]) - max(x1, g[0]), min(y2, g[3]) - max(y1, g[1])

    intersects = min(shared(*[mp.mpf(c) for c in base])) > 0

    def parts(x1, y1, x2, y2):
        width, height = shared(x1, y1, x2, y2)
        both = width * height if intersects else mp.mpf(0)
        either = (x2 - x1) * (y2 - y1) + (g[2] - g[0]) * (g[3] - g[1]) - both
        outer = (max(x2, g[2]) - min(x1, g[0]), max(y2, g[3]) - min(y1, g[1]))
        angle = mp.atan2(g[2] - g[0], g[3] - g[1]) - mp.atan2(x2 - x1, y2 - y1)
        return both, either, outer, 4 / mp.pi ** 2 * angle ** 2

    def alpha():
        both, either, _, v = parts(*[mp.mpf(c) for c in base])
        return v / (1 - both / (either + epsilon) + v + epsilon) if v else mp.mpf(0)

    def loss(x1, y1, x2, y2):
        both, either, outer, v = parts(x1, y1, x2, y2)
        result = 1 - both / (either + epsilon)
        if kind == "giou":
            area = outer[0] * outer[1]
            result += (area - either) / (area + epsilon)
        if kind in ("diou", "ciou"):
            square = ((x1 + x2 - g[0] - g[2]) ** 2 + (y1 + y2 - g[1] - g[3]) ** 2) / 4
            result += square / (outer[0] ** 2 + outer[1] ** 2 + epsilon)
        return result + alpha() * v if kind == "ciou" else result

    return loss


def box_losses():
    ops = torchvision_losses()
    from torchvision.ops._utils import _loss_inter_union

    def iou_loss(p, t, eps):
        both, either = _loss_inter_union(p, t)
        return 1 - both / (either + eps)

    functions = {"iou": iou_loss, "giou": ops.generalized_box_iou_loss,
                 "diou": ops.distance_box_iou_loss, "ciou": ops.complete_box_iou_loss}
    draw = random.Random(20190225)

    def box(reach):
        x, y = draw.uniform(0, reach), draw.uniform(0, reach)
        return [x, y, x + draw.uniform(1, 60), y + draw.uniform(1, 60)]

    pairs = [
        ([0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 3.0]),  # corners overlap
        ([0.0, 0.0, 4.0, 3.0], [0.0, 0.0, 4.0, 3.0]),  # equal
        ([0.0, 0.0, 4.0, 3.0], [1e-9, 0.0, 4.0, 3.0]),  # nearly so
        ([10.0, 20.0, 50.0, 80.0], [10.0000003, 19.9999999, 50.0000002, 80.0000001]),
        ([0.0, 0.0, 100.0, 100.0], [49.0, 50.0, 50.0, 51.5]),  # a small target inside
        ([49.0, 50.0, 50.0, 51.5], [0.0, 0.0, 100.0, 100.0]),  # a small prediction inside
        ([0.0, 0.0, 100.0, 4.0], [40.0, -50.0, 43.0, 60.0]),  # a cross
        ([0.0, 0.0, 10.0, 10.0], [10.0, 0.0, 20.0, 10.0]),  # touching
        ([0.0, 0.0, 10.0, 10.0], [10.5, 0.0, 20.0, 10.0]),  # side by side
        ([0.0, 0.0, 10.0, 10.0], [2.0, 30.0, 5.0, 44.0]),  # above each other
        ([500.0, 500.0, 510.0, 530.0], [0.0, 0.0, 3.0, 2.0]),  # far apart
        ([5.0, 5.0, 5.0, 9.0], [3.0, 3.0, 8.0, 8.0]),  # a prediction without width
        ([1e4, 1e4, 1e4 + 3, 1e4 + 7], [1e4 - 1, 1e4 + 2, 1e4 + 4, 1e4 + 5]),
    ]
    for index in range(17):
        pairs.append((box(40), box(40)) if index % 3 else (box(300), box(300)))
    for prediction, target in pairs:
        for kind, function in functions.items():
            goal = torch.tensor([target], dtype=torch.float64)
            found = by_autograd(
                lambda p: function(p.unsqueeze(0), goal, eps=1e-7).sum(), prediction, second=False)
            loss = exact_box_loss(kind, target, 1e-7, prediction)
            yield case(by_differences(loss, prediction, 20, second=False), found,
                       kind=kind, epsilon=1e-7, prediction=prediction, target=target)


def write(name, cases):
    cases = list(cases)
    names = ["torch", "torchvision", "mpmath"]
    header = {"program": "Scripts/golden/losses.py", "command": "python3 Scripts/golden/losses.py",
              "versions": {n: importlib.metadata.version(n).split("+")[0] for n in names},
              "torchOffAbove": OFF}
    lines = ",\n".join(json.dumps(c, allow_nan=False) for c in cases)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_text('{"header": %s,\n"cases": [\n%s\n]}\n' % (json.dumps(header), lines))
    total = sum(len(v) for c in cases for v in c["exact"].values())
    off = sum(len(v) for c in cases for v in c["torchOff"].values())
    print(f"{name}: {len(cases)} cases, {total} numbers, torch is off in {off}")


write("sigmoid_losses.json", sigmoid_losses())
write("softmax_focal.json", softmax_losses())
write("smooth_l1.json", smooth_losses())
write("box_iou_losses.json", box_losses())
