import DetectionModels
import Foundation
import ModelGraph
import SwiftProtobuf
import Torch

/// Writes a model as ONNX.
///
/// swift-protobuf writes everything but the weights, which go from the model's memory to the file one after the other:
/// of them only the framing is written here, a field's number and its length.
enum ONNXFile {
  /// Protobuf's own limit on a message.
  static let largestFile = Int(Int32.max)
  /// The names of the graph's second input and of its dimension.
  static let sizes = "sizes"

  static func write(_ model: RetinaNet, to file: OutputFile) throws {
    let rules = try DetectionRules(model.configuration)
    let graph = try NetworkGraph(model)
    var nodes = ONNXNodes()
    ONNXNetwork(graph).add(to: &nodes)
    ONNXDetection(rules).add(graph, images: NetworkGraph.images, sizes: sizes, to: &nodes)
    let frame = try description(of: model).serializedBytes() as [UInt8]
    let inner = try body(nodes).serializedBytes() as [UInt8]
    let weights = try graph.tensors.map { (tensor: $0, header: try header(of: $0)) }
    let graphSize =
      inner.count
      + weights.reduce(0) { $0 + Framing.size(ofField: $1.header.count + $1.tensor.rawField) }
    try check(size: frame.count + graphSize, file.goal)
    try file.write(frame)
    try file.write(Framing.start(ofField: 7, length: graphSize))
    try file.write(inner)
    for (tensor, header) in weights {
      try file.write(Framing.start(ofField: 5, length: header.count + tensor.rawField))
      try file.write(header)
      try file.write(Framing.start(ofField: 9, length: tensor.byteCount))
      try file.write(tensor.value().contiguous())
    }
  }

  static func check(size: Int, _ path: String) throws {
    guard size > largestFile else { return }
    throw ModelExportError(
      place: path,
      message: "found \(size) bytes, ONNX files hold \(largestFile) at most: use --format "
        + "torchscript, a smaller backbone or fewer categories"
    )
  }

  /// Everything around the graph.
  private static func description(of model: RetinaNet) throws -> ONNXModelProto {
    var message = ONNXModelProto()
    message.irVersion = ONNXNodes.fileVersion
    message.producerName = "focal"
    message.docString =
      "RetinaNet: normalised pictures to boxes, scores, labels and counts; see metadata_props"
    var operators = ONNXOperatorSetIdProto()
    operators.version = ONNXNodes.operatorSet
    message.opsetImport = [operators]
    message.metadataProps = try ModelMetadata(model.configuration).entries.map { entry in
      var property = ONNXStringStringEntryProto()
      (property.key, property.value) = (entry.name, entry.json)
      return property
    }
    return message
  }

  /// The graph without the weights.
  private static func body(_ nodes: ONNXNodes) -> ONNXGraphProto {
    var graph = ONNXGraphProto()
    graph.name = "RetinaNet"
    graph.node = nodes.nodes
    graph.initializer = nodes.constants + [unlimitedSize]
    graph.input = [
      value(NetworkGraph.images, .float, ["images", 3, "height", "width"]),
      value(sizes, .float, ["pictures", 2]),
    ]
    graph.output = [
      value("boxes", .float, ["images", "detections", 4]),
      value("scores", .float, ["images", "detections"]),
      value("labels", .int64, ["images", "detections"]), value("counts", .int64, ["images"]),
    ]
    return graph
  }

  /// What `sizes` is where nobody gives it: pictures that fill the input.
  private static var unlimitedSize: ONNXTensorProto {
    var tensor = ONNXTensorProto()
    tensor.name = sizes
    tensor.dims = [1, 2]
    tensor.dataType = ONNXElement.float.rawValue
    tensor.rawData = Data([0, 0, 0x80, 0x7F, 0, 0, 0x80, 0x7F])
    return tensor
  }

  private static func value(
    _ name: String,
    _ type: ONNXElement,
    _ shape: [ONNXDimension]
  ) -> ONNXValueInfoProto {
    var value = ONNXValueInfoProto()
    value.name = name
    value.type.tensorType.elemType = type.rawValue
    value.type.tensorType.shape.dim = shape.map { dimension in
      var message = ONNXTensorShapeProto.Dimension()
      switch dimension {
      case .fixed(let size): message.dimValue = Int64(size)
      case .named(let name): message.dimParam = name
      }
      return message
    }
    return value
  }

  /// A weight without its elements.
  private static func header(of tensor: GraphTensor) throws -> [UInt8] {
    var message = ONNXTensorProto()
    message.dims = tensor.shape.map(Int64.init)
    message.dataType = ONNXElement.float.rawValue
    message.name = tensor.name
    return try message.serializedBytes()
  }
}

/// A dimension of an input or an output.
private enum ONNXDimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  case fixed(Int)
  case named(String)

  init(integerLiteral value: Int) { self = .fixed(value) }
  init(stringLiteral value: String) { self = .named(value) }
}

extension GraphTensor {
  fileprivate var byteCount: Int { shape.reduce(4, *) }
  /// Bytes of the elements' field, its start included.
  fileprivate var rawField: Int { Framing.size(ofField: byteCount) }
}
