package import Foundation
import SwiftProtobuf

/// Something that TensorBoard shows besides numbers over steps.
package enum TensorBoardFigure: Hashable, Sendable {
  /// A picture, in the tab *Images*.
  case picture(TensorBoardPicture)
  /// A curve, in the tab *PR curves*.
  case curve(PrecisionRecallCounts)
}

/// A picture for TensorBoard.
package struct TensorBoardPicture: Hashable, Sendable {
  /// What stays the same from step to step; the part before a slash names the group.
  package let tag: String
  /// What it is called on the page.
  package let name: String
  /// In pixels.
  package let width, height: Int
  package let png: Data

  package init(tag: String, name: String, width: Int, height: Int, png: Data) {
    (self.tag, self.name, self.width, self.height, self.png) = (tag, name, width, height, png)
  }
}

/// How many detections are right and wrong at each of many score thresholds.
package struct PrecisionRecallCounts: Hashable, Sendable {
  /// What stays the same from step to step.
  package let tag: String
  /// What it is called on the page.
  package let name: String
  /// Detections of at least score i / (n - 1) that found their object.
  package let found: [Int]
  /// Detections of at least that score that did not.
  package let falseAlarms: [Int]
  /// Objects to be found.
  package let objects: Int

  /// Thresholds of a curve: steps of half a hundredth of the score.
  package static let thresholdCount = 201

  /// Counts detections.
  ///
  /// - Parameters:
  ///   - tag: What stays the same from step to step.
  ///   - name: What it is called on the page.
  ///   - objects: Objects to be found, >= 0.
  ///   - detections: Score, 0...1, and whether it found its object; detections that count neither way are not among
  ///     them.
  package init(
    tag: String,
    name: String,
    objects: Int,
    detections: [(score: Double, isFound: Bool)]
  ) {
    (self.tag, self.name, self.objects) = (tag, name, objects)
    let last = Self.thresholdCount - 1
    var (found, wrong) = (
      [Int](repeating: 0, count: last + 1), [Int](repeating: 0, count: last + 1)
    )
    for detection in detections {
      let score = detection.score.isFinite ? min(max(detection.score, 0), 1) : 0
      // The last threshold that the score reaches; the product may round up to one that it does not.
      var place = Int((score * Double(last)).rounded(.down))
      if Double(place) / Double(last) > score { place -= 1 }
      if detection.isFound { found[place] += 1 } else { wrong[place] += 1 }
    }
    for place in stride(from: last - 1, through: 0, by: -1) {
      found[place] += found[place + 1]
      wrong[place] += wrong[place + 1]
    }
    (self.found, falseAlarms) = (found, wrong)
  }
}

extension TensorBoardFigure {
  /// The figure as TensorBoard's plugins `images` and `pr_curves` read it.
  func value() throws -> TensorBoardSummary.Value {
    switch self {
    case .picture(let picture): picture.value
    case .curve(let curve): try curve.value()
    }
  }
}

extension TensorBoardPicture {
  fileprivate var value: TensorBoardSummary.Value {
    var value = TensorBoardSummary.Value()
    value.tag = tag
    value.metadata.displayName = name
    value.metadata.dataClass = .blobSequence
    value.metadata.pluginData.pluginName = "images"
    value.tensor = TensorBoardTensorProto(shape: [3])
    value.tensor.dtype = .dtString
    value.tensor.stringVal = [Data("\(width)".utf8), Data("\(height)".utf8), png]
    return value
  }
}

extension PrecisionRecallCounts {
  /// Six rows, one column a threshold: found, false alarms, no true negatives, missed, precision, recall.
  fileprivate func value() throws -> TensorBoardSummary.Value {
    let rows = zip(found, falseAlarms)
    let missed = found.map { Float(max(objects - $0, 0)) }
    // Without a detection precision is undefined; TensorBoard leaves such columns out at the end of a curve.
    let precision = rows.map { $0 + $1 > 0 ? Float($0) / Float($0 + $1) : 1 }
    let recall = found.map { objects > 0 ? Float($0) / Float(objects) : 0 }
    let numbers =
      found.map(Float.init) + falseAlarms.map(Float.init) + found.map { _ in 0 } + missed
      + precision + recall
    var value = TensorBoardSummary.Value()
    value.tag = tag
    value.metadata.displayName = name
    value.metadata.dataClass = .tensor
    value.metadata.pluginData.pluginName = "pr_curves"
    var content = TensorBoardPrCurvePluginData()
    content.numThresholds = UInt32(found.count)
    value.metadata.pluginData.content = try content.serializedData()
    value.tensor = TensorBoardTensorProto(shape: [6, found.count])
    value.tensor.dtype = .dtFloat
    value.tensor.tensorContent = numbers.reduce(into: Data()) { data, number in
      withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return value
  }
}

extension TensorBoardTensorProto {
  fileprivate init(shape: [Int]) {
    self.init()
    tensorShape.dim = shape.map { size in
      var dim = TensorBoardTensorShapeProto.Dim()
      dim.size = Int64(size)
      return dim
    }
  }
}
