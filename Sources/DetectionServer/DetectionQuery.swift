import BoxGeometry
import DetectionModels
import Foundation

/// What a request asks for beside its pictures: `threshold`, `top_k`, `classes`, `iou`.
struct DetectionQuery: Hashable, Sendable {
  /// What becomes a detection.
  var rules: DetectionConfiguration
  /// The categories that are asked for, by their place in the model; `nil`: all.
  var categories: Set<Int>?

  /// Longest query that is looked at, in bytes.
  static let longest = 8192

  /// Reads the part of a path after the question mark.
  ///
  /// - Parameters:
  ///   - text: The query, percent-encoded; `nil` or empty: nothing is asked.
  ///   - model: Gives the defaults and the categories.
  /// - Throws: ``ServerError`` naming the parameter, what was found and what was expected.
  init(_ text: String?, for model: ServedModel) throws(ServerError) {
    rules = model.configuration.detection
    guard let text, !text.isEmpty else { return }
    if text.utf8.count > Self.longest {
      throw ServerError(
        .invalidQuery,
        "the query: found \(text.utf8.count) bytes, expected \(Self.longest) at most; shorten it"
      )
    }
    var seen: Set<String> = []
    for part in text.split(separator: "&", omittingEmptySubsequences: true) {
      let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decoded(pieces[0])
      let value = pieces.count > 1 ? try Self.decoded(pieces[1]) : ""
      if !seen.insert(name).inserted {
        throw ServerError(
          .invalidQuery,
          "\(ServerError.shown(name)): found more than once, expected once; leave all but one out"
        )
      }
      try take(name, value, model)
    }
  }

  private mutating func take(
    _ name: String,
    _ value: String,
    _ model: ServedModel
  ) throws(ServerError) {
    switch name {
    case "threshold": rules.scoreThreshold = try Self.fraction(name, value)
    case "iou": rules.iouThreshold = try Self.fraction(name, value)
    case "top_k":
      // As many as an image may have in COCO's protocol, ten times over.
      guard let count = Int(value), (1...1000).contains(count) else {
        throw Self.fault(name, value, "a whole number in 1...1000")
      }
      rules.detectionsPerImage = count
    case "classes": categories = try Self.categories(value, of: model)
    default:
      throw ServerError(
        .invalidQuery,
        "\(ServerError.shown(name)): no such parameter; expected threshold, top_k, classes or iou"
      )
    }
  }

  private static func fraction(_ name: String, _ value: String) throws(ServerError) -> Float {
    guard let number = Float(value), (0...1).contains(number) else {
      throw fault(name, value, "a number in 0...1")
    }
    return number
  }

  /// A name goes before an id, as a category may be called "7".
  private static func categories(
    _ value: String,
    of model: ServedModel
  ) throws(ServerError) -> Set<Int> {
    var found: Set<Int> = []
    for item in value.split(separator: ",", omittingEmptySubsequences: false) {
      let name = item.trimmingCharacters(in: .whitespaces)
      if let index = model.categoryIndices[name] {
        found.insert(index)
      } else if let id = Int(name), let index = model.configuration.categoryIDs.firstIndex(of: id) {
        found.insert(index)
      } else {
        let known = model.configuration.categories.prefix(8).joined(separator: ", ")
        let rest = model.configuration.categories.count > 8 ? ", … (see /v1/model)" : ""
        throw fault(
          "classes",
          name,
          "names or ids of categories, with commas between: \(known)\(rest)"
        )
      }
    }
    return found
  }

  private static func fault(_ name: String, _ value: String, _ expected: String) -> ServerError {
    ServerError(
      .invalidQuery,
      "\(name): found \(value.isEmpty ? "nothing" : ServerError.shown(value)), expected \(expected)"
    )
  }

  private static func decoded(_ text: Substring) throws(ServerError) -> String {
    guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
      throw ServerError(
        .invalidQuery,
        "the query: found \(ServerError.shown(text)), expected percent-encoded UTF-8"
      )
    }
    return decoded
  }
}

extension DetectionQuery {
  /// The rules by which the network's outputs are decoded.
  ///
  /// Where only some categories are asked for, the best of these may stand behind many of the others.
  var networkRules: DetectionConfiguration {
    if categories == nil { return rules }
    var all = rules
    all.detectionsPerImage = max(all.detectionsPerImage, 5 * all.candidatesPerLevel)
    return all
  }

  /// What was asked for of what was found.
  ///
  /// - Parameter boxes: Best first.
  /// - Returns: Those of the categories asked for, as many as asked for.
  func chosen(_ boxes: [ScoredBox]) -> [ScoredBox] {
    guard let categories else { return boxes }
    return Array(
      boxes.lazy.filter { categories.contains($0.label) }.prefix(rules.detectionsPerImage)
    )
  }
}
