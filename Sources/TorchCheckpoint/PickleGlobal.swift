/// The few classes and functions that a checkpoint of tensors needs; each is known here by its name
/// alone, nothing is looked up or called.
enum PickleGlobal: Equatable {
  /// `collections.OrderedDict` or `Counter`: a dictionary.
  case dictionary
  /// `torch._utils._rebuild_tensor`, `_v2` and `_v3`: storage, offset, shape, strides, and more.
  case rebuildTensor(version: Int)
  /// `torch._utils._rebuild_parameter` and the one with state; `torch.nn.parameter.Parameter`.
  case parameter
  /// A class of storages; nil if its elements are bytes without a type.
  case storage(CheckpointDType?)
  /// A type of elements.
  case dtype(CheckpointDType)
  /// `torch.Size`: a tuple.
  case size
  /// `torch.device` or `argparse.Namespace`: something that is passed over.
  case opaque(String)

  /// Why a name stands for nothing that is allowed.
  enum Refusal: Error {
    case unsupportedElements
    case forbidden
  }

  init(module: String, name: String) throws(Refusal) {
    switch (module, name) {
    case ("collections", "OrderedDict"), ("collections", "Counter"): self = .dictionary
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor(version: 1)
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor(version: 2)
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensor(version: 3)
    case ("torch._utils", "_rebuild_parameter"),
      ("torch._utils", "_rebuild_parameter_with_state"),
      ("torch.nn.parameter", "Parameter"):
      self = .parameter
    case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"): self = .storage(nil)
    case ("torch", "Size"): self = .size
    case ("torch", "device"), ("argparse", "Namespace"): self = .opaque("\(module).\(name)")
    case ("torch", _):
      if let dtype = CheckpointDType(storageName: name) {
        self = .storage(dtype)
      } else if let dtype = CheckpointDType(rawValue: name) {
        self = .dtype(dtype)
      } else {
        throw Self.otherElements.contains(name) ? .unsupportedElements : .forbidden
      }
    default: throw .forbidden
    }
  }

  /// How it is called where it is a value and not a thing to call.
  var name: String {
    switch self {
    case .dictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor"
    case .parameter: "torch.nn.parameter.Parameter"
    case .storage(let dtype): "a class of storages of \(dtype?.rawValue ?? "bytes")"
    case .dtype(let dtype): "torch.\(dtype.rawValue)"
    case .size: "torch.Size"
    case .opaque(let name): name
    }
  }

  /// Types of elements that PyTorch has and this reader has not.
  private static let otherElements: Set<String> = [
    "ComplexFloatStorage", "ComplexDoubleStorage", "QUInt8Storage", "QInt8Storage",
    "QInt32Storage", "QUInt4x2Storage", "QUInt2x4Storage",
    "complex32", "complex64", "complex128", "quint8", "qint8", "qint32", "quint4x2", "quint2x4",
    "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu",
    "float4_e2m1fn_x2",
  ]
}
