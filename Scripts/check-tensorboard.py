#!/usr/bin/env python3
"""The real TensorBoard on the events of training runs: every number must be that of metrics.jsonl.

usage: python3 Scripts/check-tensorboard.py RUN... [--port 6106] [--shots FOLDER]
       (makes Scripts/.venv/tensorboard on the first run)

Starts TensorBoard on the run folders twice, with its fast loader and without, asks it over HTTP for every scalar, every
picture and every precision-recall curve that it found, and compares:
- each number of each line of metrics.jsonl, rounded to single precision, with the scalar of its tag and step, bit for
  bit, NaN and infinities too; no scalar may be there besides;
- pictures: whole PNG files;
- curves: counts that fall as the threshold rises, precision and recall that follow from them.
Exit status 1 on any difference. --shots takes pictures of the pages with Chromium, where it is installed, to be looked at.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import time
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv/tensorboard"
# setuptools because TensorBoard imports pkg_resources on some versions of Python.
NEEDS = ["tensorboard==2.21.0", "numpy==2.4.6", "setuptools==80.9.0"]


def enter_environment():
    """Goes on inside a virtual environment, which is made where it is absent."""
    if pathlib.Path(sys.prefix) == VENV:
        return
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "--quiet", *NEEDS], check=True)
        (VENV / "ready").touch()
    python = str(VENV / "bin/python")
    os.execv(python, [python, __file__, *sys.argv[1:]])


def single(value):
    """A number as single precision keeps it, as bits; all NaN are one."""
    if math.isnan(value):
        return "NaN"
    try:
        return struct.pack("<f", value)
    except OverflowError:
        return struct.pack("<f", math.copysign(math.inf, value))


def number(value):
    """A number as either file writes it: JSON has no NaN."""
    return float(value.replace("Infinity", "inf")) if isinstance(value, str) else float(value)


def expected(run):
    """{(tag, step): [values]} of metrics.jsonl, by the rules of docs/reading-a-run.md."""
    values = {}
    for line in (run / "metrics.jsonl").read_text().splitlines():
        entry = json.loads(line)
        step, special = entry.pop("step"), entry.pop("nonfinite", {})
        kind = entry.get("kind", "run")
        for key, value in entry.items():
            value = special.get(key, value)
            is_number = key in special or (isinstance(value, (int, float)) and not isinstance(value, bool))
            if is_number:
                group = "lens" if key.startswith("lens") else {"step": "train", "evaluation": "validation"}.get(kind, kind)
                values.setdefault((f"{group}/{key}", step), []).append(single(number(value)))
    return values


def has_evaluation(run):
    return any(json.loads(line).get("kind") == "evaluation" for line in (run / "metrics.jsonl").read_text().splitlines())


class Board:
    """A TensorBoard at work."""

    def __init__(self, folder, port, fast):
        self.address = f"http://127.0.0.1:{port}"
        command = [
            str(VENV / "bin/tensorboard"), "--logdir", str(folder), "--host", "127.0.0.1", "--port", str(port),
            "--load_fast", "true" if fast else "false", "--samples_per_plugin",
            "scalars=10000000,images=10000,pr_curves=10000", "--reload_multifile", "true",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, path, **query):
        text = urllib.parse.urlencode(query)
        with urllib.request.urlopen(f"{self.address}/data/plugin/{path}?{text}", timeout=60) as reply:
            return reply.read()

    def wait(self, is_empty):
        """Waits until the run was read: until its scalars, where there should be any, no longer grow in number."""
        last = None
        for _ in range(60):
            time.sleep(2)
            try:
                tags = json.loads(self.ask("scalars/tags"))
                points = {
                    (run, tag): len(json.loads(self.ask("scalars/scalars", run=run, tag=tag)))
                    for run in tags for tag in tags[run]
                }
            except OSError:
                continue
            if points == last and (points or is_empty):
                return
            last = points
        sys.exit("TensorBoard read nothing within two minutes")


def check_scalars(board, name, run):
    tags = json.loads(board.ask("scalars/tags"))[name]
    found = {}
    for tag in tags:
        for _, step, value in json.loads(board.ask("scalars/scalars", run=name, tag=tag)):
            found.setdefault((tag, step), []).append(single(number(value)))
    wanted = expected(run)
    faults = [
        f"{run}: {tag} at step {step}: metrics.jsonl has {wanted.get((tag, step))}, TensorBoard {found.get((tag, step))}"
        for tag, step in sorted(set(wanted) | set(found))
        if wanted.get((tag, step)) != found.get((tag, step))
    ]
    return sum(map(len, found.values())), faults


def check_pictures(board, name, run):
    count, faults = 0, []
    for tag in json.loads(board.ask("images/tags")).get(name, {}):
        for entry in json.loads(board.ask("images/images", run=name, tag=tag, sample=0)):
            query = dict(urllib.parse.parse_qsl(entry["query"]))
            file = board.ask("images/individualImage", **query)
            if file[:8] != b"\x89PNG\r\n\x1a\n" or file[-8:-4] != b"IEND":
                faults.append(f"{run}: {tag} at step {entry['step']}: this is no whole PNG file")
            count += 1
    return count, faults


def check_curves(board, name, run):
    count, faults = 0, []
    for tag in json.loads(board.ask("pr_curves/tags")).get(name, {}):
        reply = json.loads(board.ask("pr_curves/pr_curves", tag=tag, run=name))
        for curve in reply[name]:
            right, wrong = curve["true_positives"], curve["false_positives"]
            objects = right[0] + curve["false_negatives"][0]
            is_sound = right == sorted(right, reverse=True) and wrong == sorted(wrong, reverse=True)
            for found, false, precision, recall in zip(right, wrong, curve["precision"], curve["recall"]):
                if found + false:
                    is_sound &= math.isclose(precision, found / (found + false), rel_tol=1e-6)
                is_sound &= math.isclose(recall, found / objects, rel_tol=1e-6)
            if not is_sound:
                faults.append(f"{run}: {tag} at step {curve['step']}: the curve contradicts its own counts")
            count += 1
    return count, faults


def shots(board, folder):
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium here: no pictures of the pages")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for page in ("timeseries", "scalars", "images", "pr_curves"):
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1500,1100",
             "--virtual-time-budget=20000", f"--screenshot={folder / page}.png", f"{board.address}/#{page}"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=pathlib.Path, metavar="RUN")
    parser.add_argument("--port", type=int, default=6106)
    parser.add_argument("--shots", type=pathlib.Path)
    arguments = parser.parse_args()
    faults = []
    for run in arguments.runs:
        for fast in (True, False):
            with Board(run / "tensorboard", arguments.port, fast) as board:
                board.wait(is_empty=not expected(run))
                figures = []
                for kind, check in [("scalars", check_scalars), ("pictures", check_pictures), ("curves", check_curves)]:
                    count, found = check(board, ".", run)
                    if count == 0 and has_evaluation(run):
                        found.append(f"{run}: no {kind}, although the validation set was scored")
                    figures.append(f"{count} {kind}")
                    faults += found
                print(f"{run}: {', '.join(figures)} {'by the fast loader' if fast else 'without it'}")
                if fast and arguments.shots:
                    shots(board, arguments.shots)
    for fault in faults[:50]:
        print(fault)
    if faults:
        sys.exit(f"{len(faults)} differences")
    print("TensorBoard has every number of metrics.jsonl, and no other")


if __name__ == "__main__":
    enter_environment()
    main()
