import BoxGeometry
import DetectionModels
import ModelGraph

/// From candidates to detections as ONNX nodes: decoding, cutting, suppression, the best of each picture.
///
/// Letters: B pictures, K categories, N candidates of all levels, S survivors of all pictures, D detections.
struct ONNXDetection {
  /// The names of the graph's outputs.
  static let outputs = ["boxes", "scores", "labels", "counts"]

  private let rules: DetectionRules

  init(_ rules: DetectionRules) { self.rules = rules }

  /// Adds everything behind the subnets.
  ///
  /// - Parameters:
  ///   - graph: The network, whose nodes are there.
  ///   - images: The input, (B, 3, H, W).
  ///   - sizes: Width and height of each picture, (B or 1, 2).
  ///   - nodes: Where to.
  func add(_ graph: NetworkGraph, images: String, sizes: String, to nodes: inout ONNXNodes) {
    let height = nodes.add("Shape", [images], as: "height", [.int("start", 2), .int("end", 3)])
    let width = nodes.add("Shape", [images], as: "width", [.int("start", 3), .int("end", 4)])
    let levels = rules.levels.indices.map { index in
      ONNXCandidates(rules, rules.levels[index], pictureSides: (height, width))
        .add(logits: graph.logits[index], deltas: graph.deltas[index], to: &nodes)
    }
    func joined(_ part: KeyPath<ONNXCandidates.Values, String>, _ name: String) -> String {
      nodes.add("Concat", levels.map { $0[keyPath: part] }, as: name, [.int("axis", 1)])
    }
    let all = ONNXCandidates.Values(
      logits: joined(\.logits, "candidates.logits"),
      valid: joined(\.valid, "candidates.valid"),
      labels: joined(\.labels, "candidates.labels"),
      anchors: joined(\.anchors, "candidates.anchors"),
      deltas: joined(\.deltas, "candidates.deltas")
    )
    let limits = limits(sizes, width, height, &nodes)
    let boxes = cut(decoded(all, &nodes), to: limits, &nodes)
    let valid = nodes.add("And", [all.valid, area(of: boxes, &nodes)], as: "valid")
    let scores = nodes.add(
      "Where",
      [valid, probabilities(all.logits, &nodes), nodes.float(-1)],
      as: "candidates.scores"
    )
    let places = nodes.add("Unsqueeze", [valid, nodes.integers([2])], as: "valid.boxes")
    let real = nodes.add("Where", [places, boxes, nodes.float(0)], as: "candidates.boxes")
    let kept = suppressed(real, scores, all.labels, &nodes)
    addOutputs(real, kept, all.labels, &nodes)
  }

  private func lanes(
    _ value: String,
    _ range: Range<Int64>,
    _ name: String,
    _ nodes: inout ONNXNodes
  ) -> String {
    nodes.add(
      "Slice",
      [
        value, nodes.integers([range.lowerBound]), nodes.integers([range.upperBound]),
        nodes.integers([2]),
      ],
      as: name
    )
  }

  /// Deltas and anchors (B, N, 4) -> boxes (B, N, 4).
  private func decoded(_ all: ONNXCandidates.Values, _ nodes: inout ONNXNodes) -> String {
    let low = lanes(all.anchors, 0..<2, "anchors.low", &nodes)
    let high = lanes(all.anchors, 2..<4, "anchors.high", &nodes)
    let sides = nodes.add("Sub", [high, low], as: "anchors.sides")
    let halves = nodes.add("Mul", [nodes.float(0.5), sides], as: "anchors.halves")
    let centers = nodes.add("Add", [low, halves], as: "anchors.centers")
    let weights = nodes.floats((0..<4).map { rules.coder.weights[$0] })
    let deltas = nodes.add("Div", [all.deltas, weights], as: "deltas")
    let shift = lanes(deltas, 0..<2, "deltas.shift", &nodes)
    let growth = lanes(deltas, 2..<4, "deltas.growth", &nodes)
    let most = nodes.float(rules.coder.maximumLogScale)
    let isTooMuch = nodes.add("Greater", [growth, most], as: "growth.isTooMuch")
    let bounded = nodes.add("Where", [isTooMuch, most, growth], as: "growth.bounded")
    let factor = nodes.add("Exp", [bounded], as: "growth.factor")
    let grown = nodes.add("Mul", [factor, sides], as: "growth.sides")
    let half = nodes.add("Mul", [grown, nodes.float(0.5)], as: "growth.half")
    let moved = nodes.add("Mul", [shift, sides], as: "boxes.moved")
    let center = nodes.add("Add", [moved, centers], as: "boxes.centers")
    let first = nodes.add("Sub", [center, half], as: "boxes.low")
    let second = nodes.add("Add", [center, half], as: "boxes.high")
    return nodes.add("Concat", [first, second], as: "boxes.decoded", [.int("axis", 2)])
  }

  /// The right and lower edge of each picture, (B or 1, 1, 4): its size, and never more than the input's.
  private func limits(
    _ sizes: String,
    _ width: String,
    _ height: String,
    _ nodes: inout ONNXNodes
  ) -> String {
    let canvas = nodes.add("Concat", [width, height], as: "canvas", [.int("axis", 0)])
    let pixels = nodes.add("Cast", [canvas], as: "canvas.pixels", [.int("to", 1)])
    let sides = nodes.add("Min", [sizes, pixels], as: "limits.sides")
    let corners = nodes.add("Concat", [sides, sides], as: "limits.corners", [.int("axis", 1)])
    return nodes.add("Unsqueeze", [corners, nodes.integers([1])], as: "limits")
  }

  /// Boxes within their pictures; in this order of comparison a NaN becomes 0, as in `BoundingBox.clipped`.
  private func cut(_ boxes: String, to limits: String, _ nodes: inout ONNXNodes) -> String {
    let zero = nodes.float(0)
    let isInside = nodes.add("Greater", [boxes, zero], as: "boxes.isInside")
    let positive = nodes.add("Where", [isInside, boxes, zero], as: "boxes.positive")
    let isBelow = nodes.add("Less", [positive, limits], as: "boxes.isBelow")
    return nodes.add("Where", [isBelow, positive, limits], as: "boxes.cut")
  }

  /// Whether a box has any, (B, N).
  private func area(of boxes: String, _ nodes: inout ONNXNodes) -> String {
    let low = lanes(boxes, 0..<2, "cut.low", &nodes)
    let high = lanes(boxes, 2..<4, "cut.high", &nodes)
    let sides = nodes.add("Sub", [high, low], as: "cut.sides")
    let has = nodes.add("Greater", [sides, nodes.float(0)], as: "cut.has")
    let axis = [ONNXAttribute.int("axis", 2)]
    let width = nodes.add("Gather", [has, nodes.integer(0)], as: "cut.hasWidth", axis)
    let height = nodes.add("Gather", [has, nodes.integer(1)], as: "cut.hasHeight", axis)
    return nodes.add("And", [width, height], as: "cut.hasArea")
  }

  /// 1 / (1 + exp(−logit)).
  private func probabilities(_ logits: String, _ nodes: inout ONNXNodes) -> String {
    let negative = nodes.add("Neg", [logits], as: "scores.negative")
    let power = nodes.add("Exp", [negative], as: "scores.power")
    let sum = nodes.add("Add", [nodes.float(1), power], as: "scores.sum")
    return nodes.add("Div", [nodes.float(1), sum], as: "scores.all")
  }

  /// The scores of what suppression keeps, (B, N); −1 for the rest.
  private func suppressed(
    _ boxes: String,
    _ scores: String,
    _ labels: String,
    _ nodes: inout ONNXNodes
  ) -> String {
    let one = nodes.integers([1])
    let row = nodes.add("Unsqueeze", [scores, one], as: "nms.row")
    var byClass = row
    if !rules.detection.classAgnostic {
      // (B, 1, N) = (1, K, 1) -> (B, K, N)
      let classes = nodes.integers(
        (0..<Int64(rules.categoryCount)).map { $0 },
        shape: [1, rules.categoryCount, 1]
      )
      let label = nodes.add("Unsqueeze", [labels, one], as: "nms.label")
      let isOfClass = nodes.add("Equal", [label, classes], as: "nms.isOfClass")
      byClass = nodes.add("Where", [isOfClass, row, nodes.float(-1)], as: "nms.byClass")
    }
    // (S, 3): picture, class, candidate
    let survivors = nodes.add(
      "NonMaxSuppression",
      [
        boxes, byClass, nodes.integers([Int64(rules.detection.detectionsPerImage)]),
        nodes.floats([rules.detection.iouThreshold]), nodes.floats([-0.5]),
      ],
      as: "nms"
    )
    let places = nodes.add(
      "Gather",
      [survivors, nodes.integers([0, 2])],
      as: "nms.places",
      [.int("axis", 1)]
    )
    let values = nodes.add("GatherND", [scores, places], as: "nms.scores")
    let nothing = nodes.add(
      "Sub",
      [nodes.add("Mul", [scores, nodes.float(0)], as: "nms.zeros"), nodes.float(1)],
      as: "nms.nothing"
    )
    return nodes.add("ScatterND", [nothing, places, values], as: "nms.kept")
  }

  /// The best of each picture, padded to the longest list of the batch.
  private func addOutputs(
    _ boxes: String,
    _ kept: String,
    _ labels: String,
    _ nodes: inout ONNXNodes
  ) {
    let isKept = nodes.add("Greater", [kept, nodes.float(-0.5)], as: "kept.is")
    let ones = nodes.add("Cast", [isKept], as: "kept.ones", [.int("to", 7)])
    let found = nodes.add(
      "ReduceSum",
      [ones, nodes.integers([1])],
      as: "kept.found",
      [.int("keepdims", 0)]
    )
    let limit = nodes.integers([Int64(rules.detection.detectionsPerImage)])
    let counts = nodes.add("Min", [found, limit], as: "counts")
    let most = nodes.add("ReduceMax", [counts, nodes.integers([0])], as: "most")
    let best = nodes.add(
      "TopK",
      [kept, most],
      as: "kept.best",
      outputs: 2,
      [.int("axis", 1), .int("largest", 1), .int("sorted", 1)]
    )
    let isReal = nodes.add("Greater", [best[0], nodes.float(-0.5)], as: "kept.isReal")
    _ = nodes.add("Where", [isReal, best[0], nodes.float(0)], as: "scores")
    let label = nodes.add(
      "GatherElements",
      [labels, best[1]],
      as: "kept.labels",
      [.int("axis", 1)]
    )
    _ = nodes.add("Where", [isReal, label, nodes.integer(-1)], as: "labels")
    let last = nodes.integers([2])
    let place = nodes.add("Unsqueeze", [best[1], last], as: "kept.places")
    let box = nodes.add("GatherND", [boxes, place], as: "kept.boxes", [.int("batch_dims", 1)])
    let mask = nodes.add("Unsqueeze", [isReal, last], as: "kept.mask")
    _ = nodes.add("Where", [mask, box, nodes.float(0)], as: "boxes")
  }
}
