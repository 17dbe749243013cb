#!/usr/bin/env python3
"""PyTorch checkpoints and what is in them, for Tests/TorchCheckpointTests/Golden/.

usage: python3 Scripts/golden/torch_checkpoints.py    (makes .venv/torch_checkpoints at first)

torch.save writes small checkpoints in every form that it knows; expected.json says of each what
torch sees in it: dtype, shape, strides, offset, number of the storage and elements of each tensor,
in order. Files that must be refused lie beside them: two would run a command, one holds a whole
module, one was zipped anew with compression, one is TorchScript, one holds complex numbers.

The same files come out of every run: the keys of storages in the legacy form, which would be
addresses, are counts.
"""
import argparse
import collections
import io
import json
import os
import pathlib
import pickle
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "Tests/TorchCheckpointTests/Golden"
VENV = HERE / ".venv/torch_checkpoints"
NEEDS = ["torch==2.13.0", "numpy==2.3.5"]

if pathlib.Path(sys.prefix) != VENV:
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", *NEEDS], check=True)
        (VENV / "ready").touch()
    os.execv(str(VENV / "bin/python"), [str(VENV / "bin/python"), __file__])

import torch  # noqa: E402

torch.set_num_threads(1)
INF, NAN = float("inf"), float("nan")


def numbers(*shape, start=0):
    """Numbers that a float32 holds exactly, no two alike."""
    count = 1
    for size in shape:
        count *= size
    return ((torch.arange(count, dtype=torch.float32) + start) / 8 - 3).reshape(shape)


def module():
    """A convolution, a batch norm and a layer inside a layer, filled by a formula."""
    made = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3),
        torch.nn.Sequential(torch.nn.Linear(3, 2, bias=False)))
    for index, (name, tensor) in enumerate(made.state_dict().items()):
        if tensor.dtype == torch.float32:
            tensor.copy_(numbers(*tensor.shape, start=10 * index))
        else:
            tensor.fill_(7)
    return made


def checkpoint():
    """What the training scripts of torchvision save, and a value of every kind."""
    made = module()
    optimizer = torch.optim.SGD(made.parameters(), lr=0.02, momentum=0.9)
    for parameter in made.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[16, 22, 22])
    made.load_state_dict(module().state_dict())
    return {
        "model": made.state_dict(),
        "optimizer": optimizer.state_dict(),
        "lr_scheduler": schedule.state_dict(),
        "args": argparse.Namespace(lr=0.02, device="cuda", lr_steps=[16, 22], resume=None),
        "epoch": 25,
        "best": -0.375,
        "name": "r\u00e9sum\u00e9 \U0001F600",
        "wide": 2 ** 80,
        "below": -(2 ** 63),
        "flags": (True, False, None),
        "pair": (1, 300), "four": (1, -2, 70000, 2 ** 40), "nothing": (),
        "list": [], "nested": [[1.5], {"a": {}}],
        "dtype": torch.float32,
        "size": torch.Size([4, 5]),
        "device": torch.device("cpu"),
        7: "seven",
    }


def dtypes():
    ends = {name: torch.iinfo(getattr(torch, name)) for name in
            ("int64", "int32", "int16", "int8", "uint8", "uint16", "uint32")}
    result = collections.OrderedDict(
        (name, torch.tensor([0, 1, 2, end.min, end.max], dtype=getattr(torch, name)))
        for name, end in ends.items())
    result["uint64"] = torch.tensor([0, 1, 2 ** 63 - 1], dtype=torch.uint64)
    result["bool"] = torch.tensor([True, False, True])
    some = [0.0, -0.0, 1.0, -2.5, INF, -INF, NAN]
    more = {"float64": [1e-310, 1 / 3, 1e308], "float32": [1e-45, 1 / 3, 3e38],
            "float16": [2.0 ** -24, 1 / 3, 65504.0, 2.0 ** -14, -1023 * 2.0 ** -24],
            "bfloat16": [1e-40, 1 / 3, 3e38]}
    for name, values in more.items():
        result[name] = torch.tensor(some + values, dtype=getattr(torch, name))
    return result


def views():
    base = numbers(4, 6)
    picture = numbers(2, 3, 4, 5, start=100).contiguous(memory_format=torch.channels_last)
    return collections.OrderedDict(
        base=base, transposed=base.t(), column=base[:, 2], rows=base[1:3], steps=base[::2, 1::3],
        diagonal=base.diagonal(), element=base[3, 5], expanded=base[1:2].expand(3, 6),
        folded=base.view(-1).unfold(0, 5, 2), channels_last=picture,
        one=picture[:, :, :1, :1], scalar=torch.tensor(2.5), empty=torch.zeros(0),
        rows_of_nothing=torch.zeros(3, 0, 2), nothing_of_base=base[4:],
        bytes=base.view(torch.uint8)[0].clone()[1:7:2])


def parameters():
    weight = torch.nn.Parameter(numbers(2, 3))
    marked = torch.nn.Parameter(numbers(2, start=50), requires_grad=False)
    marked.decays = False
    return {"weight": weight, "tied": weight, "marked": marked, "plain": numbers(1, start=9)}


class Command:
    """Unpickled without care, this runs a command."""

    def __reduce__(self):
        return os.system, ("echo executed",)


def saved(value, **options):
    stream = io.BytesIO()
    torch.save(value, stream, **options)
    return stream.getvalue()


def legacy(value, **options):
    """A file in the form before the zip; its storages are called 00, 01, …, not by address."""
    keys = {}

    class Text(str):
        def __new__(cls, value):
            return keys.setdefault(value, f"{len(keys):02}")

    torch.serialization.str = Text
    try:
        return saved(value, _use_new_zipfile_serialization=False, **options)
    finally:
        del torch.serialization.str


def big_endian(data):
    """A zip file as a machine of the other byte order writes it."""
    source = zipfile.ZipFile(io.BytesIO(data))
    pickled = source.read("archive/data.pkl")
    sizes = {"Float": 4, "Long": 8, "Half": 2, "Double": 8, "Byte": 1, "Bool": 1, "Short": 2,
             "BFloat16": 2, "Int": 4, "Char": 1}
    target = io.BytesIO()
    writer = torch._C.PyTorchFileWriter(target)
    found = {}

    class Reader(pickle.Unpickler):
        def persistent_load(self, identifier):
            found[identifier[2]] = sizes[identifier[1]]

        def find_class(self, module, name):
            if name.endswith("Storage"):
                return name.removesuffix("Storage")
            return collections.OrderedDict if name == "OrderedDict" else lambda *_: None

    Reader(io.BytesIO(pickled)).load()
    writer.write_record("data.pkl", pickled, len(pickled))
    writer.write_record("byteorder", b"big", 3)
    for key, size in found.items():
        old = source.read(f"archive/data/{key}")
        new = b"".join(old[i:i + size][::-1] for i in range(0, len(old), size))
        writer.write_record(f"data/{key}", new, len(new))
    writer.write_end_of_file()
    return target.getvalue()


def compressed(data):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        source = zipfile.ZipFile(io.BytesIO(data))
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def torchscript():
    stream = io.BytesIO()
    torch.jit.save(torch.jit.trace(torch.nn.ReLU(), torch.zeros(1)), stream)
    return stream.getvalue()


def number(value):
    return str(value) if value in (INF, -INF) or value != value else value


def described(dictionary):
    """The tensors of a dictionary, in order; storages are numbered as they appear."""
    storages = {}
    return [{
        "name": name,
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "strides": list(tensor.stride()),
        "offset": tensor.storage_offset(),
        "storage": storages.setdefault(tensor.untyped_storage()._cdata, len(storages)),
        "values": [number(value) for value in tensor.detach().reshape(-1).tolist()],
    } for name, tensor in dictionary.items()]


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    plain = saved(module().state_dict())
    good = {
        "state_dict.pth": (plain, []),
        "checkpoint.pth": (saved(checkpoint()), ["model"]),
        "legacy.pth": (legacy(module().state_dict()), []),
        "legacy_checkpoint.pth": (legacy(checkpoint()), ["model"]),
        "legacy_protocol4.pth": (legacy(views(), pickle_protocol=4), []),
        "protocol4.pth": (saved(checkpoint(), pickle_protocol=4), ["model"]),
        "protocol3.pth": (saved(parameters(), pickle_protocol=3), []),
        "dtypes.pth": (saved(dtypes()), []),
        "views.pth": (saved(views()), []),
        "parameters.pth": (saved(parameters()), []),
        "big_endian.pth": (big_endian(saved(collections.OrderedDict(
            (name, tensor) for name, tensor in dtypes().items()
            if not name.startswith("uint") or name == "uint8"))), []),
        "empty.pth": (saved(collections.OrderedDict()), []),
    }
    expected = {}
    for name, (data, path) in good.items():
        (OUT / name).write_bytes(data)
        value = torch.load(io.BytesIO(data), weights_only=False)
        for key in path:
            value = value[key]
        expected[name] = {"path": path, "tensors": described(value)}
    refused = {
        "hostile.pth": saved({"model": module().state_dict(), "run": Command()}),
        "hostile_legacy.pth": legacy({"run": Command(), "model": module().state_dict()}),
        "module.pth": saved(torch.nn.ReLU()),
        "complex.pth": saved({"waves": torch.tensor([1j])}),
        "compressed.pth": compressed(plain),
        "torchscript.pt": torchscript(),
    }
    for name, data in refused.items():
        (OUT / name).write_bytes(data)
    header = {
        "script": "Scripts/golden/torch_checkpoints.py",
        "command": "python3 Scripts/golden/torch_checkpoints.py",
        "versions": {"python": sys.version.split()[0], "torch": torch.__version__},
    }
    lines = ",\n".join(
        f'  {json.dumps(name)}: {{"path": {json.dumps(case["path"])}, "tensors": [\n'
        + ",\n".join("    " + json.dumps(tensor) for tensor in case["tensors"]) + "\n  ]}"
        for name, case in expected.items())
    (OUT / "expected.json").write_text(
        f'{{"header": {json.dumps(header)},\n"files": {{\n{lines}\n}}}}\n')
    size = sum(file.stat().st_size for file in OUT.iterdir())
    print(f"{len(good)} files to read, {len(refused)} to refuse, {size} bytes")


main()
