import BoxGeometry
import DetectionModels

/// Each level's candidates as ONNX nodes: its best logits above the threshold, their anchors and their deltas.
///
/// Letters: B pictures, K categories, L logits an anchor, n anchors of the level, k candidates kept of it.
struct ONNXCandidates {
  /// Candidates of every picture, [B, k] and [B, k, 4]; those below the threshold are there but not valid.
  struct Values {
    var logits: String
    var valid: String
    var labels: String
    var anchors: String
    var deltas: String
  }

  private let rules: DetectionRules
  private let level: DetectionRules.Level
  /// Height and width of the pictures, one element each.
  private let pictureSides: (height: String, width: String)

  init(
    _ rules: DetectionRules,
    _ level: DetectionRules.Level,
    pictureSides: (height: String, width: String)
  ) {
    (self.rules, self.level, self.pictureSides) = (rules, level, pictureSides)
  }

  func add(logits: String, deltas: String, to nodes: inout ONNXNodes) -> Values {
    // (B, A·K, H, W) -> (B, n·K)
    var rows = byAnchor(logits, rules.logitsPerAnchor, "logits", &nodes)
    if rules.backgroundLogits > 0 {
      rows = nodes.add(
        "Slice",
        [
          rows, nodes.integers([Int64(rules.backgroundLogits)]), nodes.integers([Int64.max]),
          nodes.integers([2]),
        ],
        as: name("foreground")
      )
    }
    let flat = nodes.add("Reshape", [rows, nodes.integers([0, -1])], as: name("flat"))
    let passes = nodes.add(
      rules.detection.scoreComparison == .atLeast ? "GreaterOrEqual" : "Greater",
      [flat, nodes.float(rules.logitThreshold)],
      as: name("passes")
    )
    let index = best(flat, passes, &nodes)
    let axis = [ONNXAttribute.int("axis", 1)]
    let categories = nodes.integer(rules.categoryCount)
    let anchor = nodes.add("Div", [index, categories], as: name("anchor"))
    let places = nodes.add("Unsqueeze", [anchor, nodes.integers([2])], as: name("places"))
    let anchors = self.anchors(rowsAndColumnsOf: logits, &nodes)
    return Values(
      logits: nodes.add("GatherElements", [flat, index], as: name("best"), axis),
      valid: nodes.add("GatherElements", [passes, index], as: name("valid"), axis),
      labels: nodes.add("Mod", [index, categories], as: name("label")),
      anchors: nodes.add("Gather", [anchors, anchor], as: name("bestAnchors"), [.int("axis", 0)]),
      deltas: nodes.add(
        "GatherND",
        [byAnchor(deltas, 4, "deltas", &nodes), places],
        as: name("bestDeltas"),
        [.int("batch_dims", 1)]
      )
    )
  }

  private func name(_ value: String) -> String { "\(level.name).\(value)" }

  /// (B, A·V, H, W) -> (B, n, V).
  private func byAnchor(
    _ output: String,
    _ values: Int,
    _ what: String,
    _ nodes: inout ONNXNodes
  ) -> String {
    let last = nodes.add(
      "Transpose",
      [output],
      as: name("\(what).rows"),
      [.ints("perm", [0, 2, 3, 1])]
    )
    return nodes.add("Reshape", [last, nodes.integers([0, -1, Int64(values)])], as: name(what))
  }

  /// Indices of the k best, (B, k): where no more than the limit pass, in the order of the indices, else of the logits;
  /// candidates of one score are suppressed in this order, and it is `DetectionDecoder`'s.
  private func best(_ flat: String, _ passes: String, _ nodes: inout ONNXNodes) -> String {
    let limit = nodes.integers([Int64(rules.detection.candidatesPerLevel)])
    let lowest = nodes.float(-.infinity)
    let masked = nodes.add("Where", [passes, flat, lowest], as: name("masked"))
    let total = nodes.add(
      "Shape",
      [flat],
      as: name("total"),
      [.int("start", 1), .int("end", 2)]
    )
    let count = nodes.add("Min", [total, limit], as: name("count"))
    let byLogit = nodes.add(
      "TopK",
      [masked, count],
      as: name("byLogit"),
      outputs: 2,
      [.int("axis", 1), .int("largest", 1), .int("sorted", 1)]
    )[1]
    let ones = nodes.add("Cast", [passes], as: name("ones"), [.int("to", 7)])
    let passing = nodes.add("ReduceSum", [ones, nodes.integers([1])], as: name("passing"))
    let isCut = nodes.add("Greater", [passing, limit], as: name("isCut"))
    let end = nodes.add("Squeeze", [count], as: name("end"))
    let positions = nodes.add(
      "Range",
      [nodes.integer(0), end, nodes.integer(1)],
      as: name("positions")
    )
    let rank = nodes.add("Where", [isCut, positions, byLogit], as: name("rank"))
    let order = nodes.add(
      "TopK",
      [rank, count],
      as: name("order"),
      outputs: 2,
      [.int("axis", 1), .int("largest", 0), .int("sorted", 1)]
    )[1]
    return nodes.add("GatherElements", [byLogit, order], as: name("index"), [.int("axis", 1)])
  }

  /// All anchors of the level, (n, 4), in the order row, column, anchor of the cell.
  private func anchors(rowsAndColumnsOf output: String, _ nodes: inout ONNXNodes) -> String {
    let y = centers(output, dim: 2, side: pictureSides.height, "y", &nodes)
    let x = centers(output, dim: 3, side: pictureSides.width, "x", &nodes)
    let size = nodes.add(
      "Shape",
      [output],
      as: name("size"),
      [.int("start", 2), .int("end", 4)]
    )
    let column = nodes.add("Unsqueeze", [y, nodes.integers([1])], as: name("y.column"))
    let ys = nodes.add("Expand", [column, size], as: name("ys"))
    let xs = nodes.add("Expand", [x, size], as: name("xs"))
    // (H, W) -> (H, W, 1, 1), four times -> (H, W, 1, 4)
    let axes = nodes.integers([2, 3])
    let (x4, y4) = (
      nodes.add("Unsqueeze", [xs, axes], as: name("x4")),
      nodes.add("Unsqueeze", [ys, axes], as: name("y4"))
    )
    let centers = nodes.add(
      "Concat",
      [x4, y4, x4, y4],
      as: name("centers"),
      [.int("axis", 3)]
    )
    let corners = level.cell.flatMap { box in (0..<4).map { box.corners[$0] } }
    let cell = nodes.floats(corners, shape: [1, 1, level.cell.count, 4])
    let grid = nodes.add("Add", [cell, centers], as: name("grid"))
    return nodes.add("Reshape", [grid, nodes.integers([-1, 4])], as: name("anchors"))
  }

  /// (cell + offset) · spacing of each row or column.
  private func centers(
    _ output: String,
    dim: Int,
    side: String,
    _ axis: String,
    _ nodes: inout ONNXNodes
  ) -> String {
    let cells = nodes.add(
      "Shape",
      [output],
      as: name("\(axis).cells"),
      [.int("start", dim), .int("end", dim + 1)]
    )
    let end = nodes.add("Squeeze", [cells], as: name("\(axis).end"))
    let range = nodes.add(
      "Range",
      [nodes.integer(0), end, nodes.integer(1)],
      as: name("\(axis).range")
    )
    let numbers = nodes.add("Cast", [range], as: name("\(axis).numbers"), [.int("to", 1)])
    let offset = nodes.float(rules.centerOffset)
    let moved = nodes.add("Add", [numbers, offset], as: name("\(axis).moved"))
    let step: String
    switch rules.spacing {
    case .stride: step = nodes.float(Float(level.stride))
    case .imageOverCells:
      let pixels = nodes.add("Div", [side, cells], as: name("\(axis).pixels"))
      step = nodes.add("Cast", [pixels], as: name("\(axis).step"), [.int("to", 1)])
    }
    return nodes.add("Mul", [moved, step], as: name(axis))
  }
}
