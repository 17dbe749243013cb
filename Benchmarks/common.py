"""What the comparisons share: their environment, what the machine did meanwhile, and torchvision."""
import datetime
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
VENV = HERE / ".venv"
# Pillow because torchvision imports it. torchvision without its dependencies, so that it takes this torch.
NEEDS = [["torch==2.13.0", "numpy==2.3.5", "pillow==13.0.0"], ["--no-deps", "torchvision==0.28.0"],
         ["onnx==1.23.2", "onnxruntime==1.31.1", "openvino==2026.4.1"]]


def enter_environment(script, folder=VENV, needs=NEEDS):
    """Goes on inside a virtual environment, which is made where it is absent and filled where it lacks something."""
    if pathlib.Path(sys.prefix) == folder:
        return
    ready, wanted = folder / "ready", json.dumps(needs)
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    if not ready.exists() or ready.read_text() != wanted:
        for packages in needs:
            subprocess.run([str(folder / "bin/pip"), "install", "--quiet", *packages], check=True)
        ready.write_text(wanted)
    python = str(folder / "bin/python")
    os.execv(python, [python, script, *sys.argv[1:]])


def add_package(module, package):
    """Installs a package into the environment where its module is not there yet."""
    if importlib.util.find_spec(module) is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", package]
        subprocess.run(pip, check=True)
        importlib.invalidate_caches()


def status(key, process="self"):
    """A size that the kernel tells of a process, in bytes; None elsewhere than on Linux."""
    try:
        for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def processor_seconds():
    """(all, idle, this process and its children) since the start; None elsewhere than on Linux."""
    try:
        with open("/proc/stat") as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
    except OSError:
        return None
    ticks, own = os.sysconf("SC_CLK_TCK"), os.times()
    mine = own.user + own.system + own.children_user + own.children_system
    return sum(fields) / ticks, (fields[3] + fields[4]) / ticks, mine


def others_share(start):
    """The share of the processors that others took since then: a disturbed run says so itself."""
    if start is None:
        return None
    whole, idle, mine = (b - a for a, b in zip(start, processor_seconds()))
    return max(0.0, (whole - idle - mine) / whole)


def load_torchvision():
    """torchvision, also where its compiled part was built for another torch."""
    import torch

    try:
        torch.ops.load_library(next((VENV / "lib").rglob("torchvision/_C*.so")))
    except (OSError, RuntimeError, StopIteration):
        # Importing the package registers fakes of two operators, which have to be declared for that.
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        load_torchvision.library = library
    import torchvision

    return torchvision


def versions(*packages):
    """What is installed of some packages."""
    return {package: importlib.metadata.version(package) for package in packages}


def typed(script):
    """What was typed, without where binary and data lay on this machine."""
    words = []
    for word in sys.argv[1:]:
        if words and words[-1] in ("--focal", "--data", "--images", "--model"):
            words.pop()
        elif not word.startswith(("--focal=", "--data=", "--images=", "--model=")):
            words.append(word)
    return shlex.join([script, *words])


def write_results(name, hardware, machine, document):
    """Writes results/<date>-<hardware>/<name> and says where."""
    today = datetime.date.today().isoformat()
    hardware = hardware or f"{machine['cpu']} {machine['cores']} cores"
    slug = re.sub(r"[^a-z0-9]+", "-", hardware.lower()).strip("-")
    folder = HERE / "results" / f"{today}-{slug}"
    folder.mkdir(parents=True, exist_ok=True)
    document = {"date": today, "machine": machine, **document}
    (folder / name).write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")
    print(f"\n{(folder / name).relative_to(ROOT)}")
