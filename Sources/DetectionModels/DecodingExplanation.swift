import Foundation

extension DecodingError {
  /// What is wrong with a model's configuration, in one line: the key's path, what was found, what was expected.
  ///
  /// - Parameter json: What was decoded.
  /// - Returns: Words for people.
  func explanation(in json: Data) -> String {
    guard let root = try? JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
    else { return "found text that is no JSON, expected keys with values" }
    switch self {
    case .keyNotFound(let key, let context):
      return "\(Self.path(context.codingPath + [key])): is missing, expected a value"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return Self.sentence(context.codingPath, root, expected: Self.words(for: type))
    case .dataCorrupted(let context):
      let path = Self.path(context.codingPath)
      if let names = Self.names[path] {
        return Self.sentence(
          context.codingPath,
          root,
          expected: "one of \(names.joined(separator: ", "))"
        )
      }
      // The text is JSON, as it could be read: the decoder blames the whole of it for one number.
      return path.isEmpty
        ? "found a fraction or a number out of range, expected a whole number where something is counted"
        : "\(path): \(context.debugDescription)"
    @unknown default: return "found a value that cannot be read"
    }
  }

  /// The keys that take one of a few names.
  private static let names: [String: [String]] = [
    "backbone.depth": ResNetDepth.allCases.map(\.rawValue),
    "backbone.norm": BackboneNorm.allCases.map(\.rawValue),
    "classLayout": RetinaNetConfiguration.ClassLayout.allCases.map(\.rawValue),
    "detection.scoreComparison": DetectionConfiguration.ScoreComparison.allCases.map(\.rawValue),
    "extraLevelInput": RetinaNetConfiguration.ExtraLevelInput.allCases.map(\.rawValue),
    "head.norm": HeadConfiguration.HeadNorm.allCases.map(\.rawValue),
    "input.channelOrder": InputConfiguration.ChannelOrder.allCases.map(\.rawValue),
    "input.pixelRange": InputConfiguration.PixelRange.allCases.map(\.rawValue),
    "loss.boxKind": DetectionLossConfiguration.BoxKind.allCases.map(\.rawValue),
    "loss.kind": DetectionLossConfiguration.Kind.allCases.map(\.rawValue),
    "loss.normalizer": DetectionLossConfiguration.Normalizer.allCases.map(\.rawValue),
  ]

  private static func sentence(_ keys: [any CodingKey], _ root: Any, expected: String) -> String {
    let path = path(keys)
    let found = describe(value(at: keys, in: root))
    return "\(path.isEmpty ? "" : "\(path): ")found \(found), expected \(expected)"
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }

  private static func value(at keys: [any CodingKey], in root: Any) -> Any? {
    keys.reduce(root as Any?) { value, key in
      if let index = key.intValue {
        guard let list = value as? [Any], list.indices.contains(index) else { return nil }
        return list[index]
      }
      return (value as? [String: Any])?[key.stringValue]
    }
  }

  private static func describe(_ value: Any?) -> String {
    switch value {
    case nil: "nothing"
    case is NSNull: "null"
    case let text as String: "\"\(text.prefix(40).filter { !$0.isNewline })\""
    case let number as NSNumber: "\(number)"
    case is [Any]: "a list"
    default: "keys with values"
    }
  }

  private static func words(for type: any Any.Type) -> String {
    switch "\(type)" {
    case "Int": "a whole number"
    case "Double", "Float": "a number"
    case "Bool": "true or false"
    case "String": "text in quotes"
    case let name where name.hasPrefix("Array"): "a list"
    default: "keys with values"
    }
  }
}
