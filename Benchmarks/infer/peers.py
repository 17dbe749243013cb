"""What others do with the same weights and the same pictures, each in a process of its own.

A folder holds what all share: `weights.pth` (torchvision's state dict), `in.safetensors` (the pictures), `reference.pt`
(eager float32's outputs) and `heads.onnx` (what `focal export` wrote, cut off after the heads). Outputs are logits
[N, R, L] and deltas [N, R, 4] throughout.
"""
import json
import pathlib
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import common  # noqa: E402

# What a name says: the engine, then its number format; channels-last order is the last word.
NAMES = ["torchvision-float32", "torchvision-float32-channels-last", "torchvision-bfloat16-channels-last",
         "compiled-float32", "compiled-bfloat16", "onnxruntime-float32",
         "openvino-float32", "openvino-bfloat16", "openvino-default"]
CLASSES = 91


class Heads:
    """torchvision's RetinaNet from pictures to raw outputs: nothing of what makes detections of them."""

    def __new__(cls, model):
        import torch

        class Network(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.backbone, self.head = model.backbone, model.head

            def forward(self, images):
                outputs = self.head(list(self.backbone(images).values()))
                return outputs["cls_logits"], outputs["bbox_regression"]

        return Network()


def network(weights=None):
    common.load_torchvision()
    from torchvision.models.detection import retinanet_resnet50_fpn

    import torch

    model = retinanet_resnet50_fpn(weights=None, weights_backbone=None, num_classes=CLASSES)
    if weights:
        model.load_state_dict(torch.load(weights, weights_only=True))
    return model


def make(folder, height, width, threads):
    """Writes weights, pictures and the reference."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(5)
    model = network()
    heads = Heads(model)
    with torch.no_grad():  # norms with statistics of what passes through, so that it keeps its size
        heads.train()
        for module in heads.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = 0.5
        for _ in range(3):
            heads(torch.randn(2, 3, 128, 128))
    torch.save(model.state_dict(), folder / "weights.pth")
    images = torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(1))
    write_images(folder / "in.safetensors", images.numpy())
    torch.save(images, folder / "in.pt")
    heads.eval()
    with torch.inference_mode():
        torch.save([output.clone() for output in heads(images)], folder / "reference.pt")


def write_images(path, images):
    shape = list(images.shape)
    header = json.dumps({"images": {"dtype": "F32", "shape": shape, "data_offsets": [0, images.nbytes]}}).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(struct.pack("<Q", len(header)) + header + images.tobytes())


def read_tensors(path):
    """The float32 tensors of a safetensors file, by name."""
    import torch

    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            values = bytearray(data[8 + length + start:8 + length + end])
            tensors[name] = torch.frombuffer(values, dtype=torch.float32).reshape(entry["shape"])
    return tensors


def cut(source, goal, shape):
    """An exported graph without its detection part, for pictures of one shape."""
    import onnx

    model = onnx.load(source)
    graph = model.graph
    made = {name: node for node in graph.node for name in node.output}
    last = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "Conv"}
    logits = [name for name, weight in last.items() if "classification_head.cls_logits" in weight]
    deltas = [name for name, weight in last.items() if "regression_head.bbox_reg" in weight]
    if not logits or len(logits) != len(deltas):
        sys.exit(f"{source}: found {len(logits)} outputs of the class head and {len(deltas)} of the box head")
    wanted, open_names = set(), logits + deltas
    while open_names:
        node = made.get(open_names.pop())
        if node is not None and node.output[0] not in wanted:
            wanted.add(node.output[0])
            open_names += node.input
    nodes = [node for node in graph.node if node.output[0] in wanted]
    read = {name for node in nodes for name in node.input}
    heads = onnx.helper.make_graph(
        nodes, "heads", [onnx.helper.make_tensor_value_info("images", onnx.TensorProto.FLOAT, shape)],
        [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in logits + deltas],
        [tensor for tensor in graph.initializer if tensor.name in read])
    result = onnx.helper.make_model(heads, opset_imports=model.opset_import, ir_version=model.ir_version)
    onnx.save(result, goal)


def by_anchor(levels):
    """[N, A · L, H, W] a level, class levels first, as [N, R, L] and [N, R, 4]."""
    import torch

    levels = [torch.as_tensor(level) for level in levels]
    half = len(levels) // 2
    cell = levels[half].shape[1] // 4

    def joined(part):
        return torch.cat([
            level.permute(0, 2, 3, 1).reshape(level.shape[0], -1, level.shape[1] // cell) for level in part
        ], 1)

    return joined(levels[:half]), joined(levels[half:])


def differences(folder, outputs):
    """The greatest difference of the logits and of the deltas to eager float32's, and the greatest of the latter."""
    import torch

    reference = torch.load(folder / "reference.pt", weights_only=True)
    greatest = [float((a.float() - b).abs().max()) for a, b in zip(outputs, reference)]
    return {"logitDifference": greatest[0], "deltaDifference": greatest[1],
            "greatestLogit": float(reference[0].abs().max()), "greatestDelta": float(reference[1].abs().max())}


class Torchvision:
    def __init__(self, name, folder, threads):
        import torch

        torch.set_num_threads(threads)
        self.torch, self.short = torch, "bfloat16" in name
        self.heads = Heads(network(folder / "weights.pth")).eval().requires_grad_(False)
        self.images = torch.load(folder / "in.pt", weights_only=True)
        if "channels-last" in name or "compiled" in name:
            self.heads = self.heads.to(memory_format=torch.channels_last)
            self.images = self.images.to(memory_format=torch.channels_last)
        # Freezing wants tensors that inference mode did not make.
        self.mode = torch.no_grad if "compiled" in name else torch.inference_mode
        if "compiled" in name:
            import torch._inductor.config

            torch._inductor.config.freezing = True
            self.heads = torch.compile(self.heads, dynamic=False)
        self.precision = "bfloat16" if self.short else "float32"

    def run(self):
        with self.mode(), self.torch.autocast("cpu", dtype=self.torch.bfloat16, enabled=self.short):
            return self.heads(self.images)

    def outputs(self):
        return self.run()


class ONNXRuntime:
    precision = "float32"

    def __init__(self, name, folder, threads):
        import onnxruntime
        import torch

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(
            str(folder / "heads.onnx"), options, providers=["CPUExecutionProvider"])
        self.images = {"images": torch.load(folder / "in.pt", weights_only=True).numpy()}

    def run(self):
        return self.session.run(None, self.images)

    def outputs(self):
        return by_anchor(self.run())


class OpenVINO:
    def __init__(self, name, folder, threads):
        import openvino
        import torch

        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
        if not name.endswith("default"):
            settings["INFERENCE_PRECISION_HINT"] = "bf16" if "bfloat16" in name else "f32"
        core = openvino.Core()
        model = core.compile_model(core.read_model(folder / "heads.onnx"), "CPU", settings)
        used = str(model.get_property("INFERENCE_PRECISION_HINT"))
        self.precision = "bfloat16" if "bfloat16" in used or "bf16" in used else "float32"
        self.request = model.create_infer_request()
        self.images = [torch.load(folder / "in.pt", weights_only=True).numpy()]
        self.count = len(model.outputs)

    def run(self):
        result = self.request.infer(self.images)
        return [result[index] for index in range(self.count)]

    def outputs(self):
        return by_anchor(self.run())


def serve(name, folder, threads):
    """On each line of input a number of passes, or `check`; the answer is a line of JSON."""
    engine = {"onnxruntime": ONNXRuntime, "openvino": OpenVINO}.get(name.split("-")[0], Torchvision)
    peer = engine(name, folder, threads)
    for line in sys.stdin:
        if line.strip() == "check":
            start = time.perf_counter()
            answer = differences(folder, peer.outputs())
            answer.update(firstSeconds=time.perf_counter() - start, precision=peer.precision)
        else:
            times = []
            for number in range(int(line) + 1):  # the first is not timed: the caches are as others left them
                start = time.perf_counter()
                peer.run()
                if number > 0:
                    times.append((time.perf_counter() - start) * 1e3)
            answer = {"milliseconds": times, "peakBytes": common.status("VmHWM")}
        print(json.dumps(answer), flush=True)
