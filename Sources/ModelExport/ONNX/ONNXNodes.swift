import Foundation
import SwiftProtobuf

/// Nodes and constants in the order of computation, each value named once.
struct ONNXNodes {
  /// The operator set that the nodes are of.
  ///
  /// 18, of 2022: whatever reads ONNX today knows it, and none of the operators used has gained anything since that the
  /// graph needs. 17 would do but for `ReduceMax`, whose axes were no input then.
  static let operatorSet: Int64 = 18
  /// The version of the file format that came with it.
  static let fileVersion: Int64 = 8

  private(set) var nodes: [ONNXNodeProto] = []
  private(set) var constants: [ONNXTensorProto] = []
  private var names: Set<String> = []
  private var constantNames: [Data: String] = [:]

  /// Adds a node and returns its first output.
  mutating func add(
    _ type: String,
    _ inputs: [String],
    as name: String,
    _ attributes: [ONNXAttribute] = []
  ) -> String {
    add(type, inputs, as: name, outputs: 1, attributes)[0]
  }

  /// Adds a node and returns its outputs.
  mutating func add(
    _ type: String,
    _ inputs: [String],
    as name: String,
    outputs: Int,
    _ attributes: [ONNXAttribute] = []
  ) -> [String] {
    let name = unique(name)
    var node = ONNXNodeProto()
    node.opType = type
    node.name = name
    node.input = inputs
    node.output = outputs == 1 ? [name] : (0..<outputs).map { "\(name).\($0)" }
    node.attribute = attributes.map(\.message)
    nodes.append(node)
    return node.output
  }

  /// Whole numbers; equal ones of a shape are one constant.
  mutating func integers(_ values: [Int64], shape: [Int]? = nil) -> String {
    var bytes = Data()
    for value in values { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
    return constant(.int64, bytes, shape ?? [values.count])
  }

  /// One whole number without dimensions.
  mutating func integer(_ value: Int) -> String { integers([Int64(value)], shape: []) }

  /// Singles; equal ones of a shape are one constant.
  mutating func floats(_ values: [Float], shape: [Int]? = nil) -> String {
    var bytes = Data()
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return constant(.float, bytes, shape ?? [values.count])
  }

  /// One single without dimensions.
  mutating func float(_ value: Float) -> String { floats([value], shape: []) }

  private mutating func constant(_ type: ONNXElement, _ bytes: Data, _ shape: [Int]) -> String {
    var tensor = ONNXTensorProto()
    tensor.dims = shape.map(Int64.init)
    tensor.dataType = type.rawValue
    tensor.rawData = bytes
    let key = Data("\(type) \(shape) ".utf8) + bytes
    if let name = constantNames[key] { return name }
    tensor.name = unique("constant.\(constants.count)")
    constants.append(tensor)
    constantNames[key] = tensor.name
    return tensor.name
  }

  private mutating func unique(_ name: String) -> String {
    var (result, number) = (name, 2)
    while !names.insert(result).inserted {
      result = "\(name).\(number)"
      number += 1
    }
    return result
  }
}

/// The element types in use, by ONNX's numbers.
enum ONNXElement: Int32 {
  case float = 1
  case int64 = 7
}

/// A node's attribute.
enum ONNXAttribute {
  case int(String, Int)
  case ints(String, [Int])
  case float(String, Float)
  case string(String, String)

  var message: ONNXAttributeProto {
    var attribute = ONNXAttributeProto()
    switch self {
    case .int(let name, let value):
      (attribute.name, attribute.type, attribute.i) = (name, .int, Int64(value))
    case .ints(let name, let values):
      (attribute.name, attribute.type, attribute.ints) = (name, .ints, values.map(Int64.init))
    case .float(let name, let value):
      (attribute.name, attribute.type, attribute.f) = (name, .float, value)
    case .string(let name, let value):
      (attribute.name, attribute.type, attribute.s) = (name, .string, Data(value.utf8))
    }
    return attribute
  }
}
