import BoxGeometry
import DetectionModels

/// From the subnets' outputs to detections in TorchScript: `DetectionDecoder` and `NonMaximumSuppression`, step by step.
struct TorchScriptDetection {
  private let rules: DetectionRules

  init(_ rules: DetectionRules) { self.rules = rules }

  var text: String { anchors + decode + suppress + detect + forward }

  /// Anchors of one level in the order row, column, anchor of the cell.
  private var anchors: String {
    """
    def anchors(self, cell: Tensor, rows: int, columns: int, step_y: float, step_x: float) -> Tensor:
        # float32 is 6
        y = (torch.arange(rows, dtype=6, device=cell.device) + \(rules.centerOffset.source)) * step_y
        x = (torch.arange(columns, dtype=6, device=cell.device) + \(rules.centerOffset.source)) * step_x
        y = y.reshape([rows, 1]).expand([rows, columns])
        x = x.reshape([1, columns]).expand([rows, columns])
        centers = torch.stack([x, y, x, y], 2).reshape([rows * columns, 1, 4])
        return (centers + cell).reshape([-1, 4])

    """
  }

  /// Deltas [D, 4] and their anchors -> boxes, cut to the picture; what is no number becomes 0 there.
  private var decode: String {
    let weights = (0..<4).map { rules.coder.weights[$0].source }
    let bound = rules.coder.maximumLogScale.source
    return """
      def decode(self, deltas: Tensor, anchors: Tensor, limit: Tensor) -> Tensor:
          low = anchors[:, :2]
          sides = anchors[:, 2:] - low
          centers = low + 0.5 * sides
          shift = torch.stack([deltas[:, 0] / \(weights[0]), deltas[:, 1] / \(weights[1])], 1)
          growth = torch.stack([deltas[:, 2] / \(weights[2]), deltas[:, 3] / \(weights[3])], 1)
          growth = torch.where(growth > \(bound), torch.full_like(growth, \(bound)), growth)
          half = torch.exp(growth) * sides * 0.5
          centers = shift * sides + centers
          boxes = torch.cat([centers - half, centers + half], 1)
          boxes = torch.where(boxes > 0.0, boxes, torch.zeros_like(boxes))
          limits = limit.expand_as(boxes)
          return torch.where(boxes < limits, boxes, limits)

      """
  }

  /// Greedy suppression: indices of what is kept, best first, of equal scores the first.
  private var suppress: String {
    let detection = rules.detection
    let sameLabel =
      detection.classAgnostic ? "" : " & (labels.index_select(0, rest) == labels[best])"
    return """
      def suppress(self, boxes: Tensor, scores: Tensor, labels: Tensor) -> Tensor:
          kept: List[Tensor] = []
          areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
          rest = torch.sort(scores, stable=True, dim=0, descending=True)[1]
          while rest.size(0) > 0 and len(kept) < \(detection.detectionsPerImage):
              best = rest[0]
              kept.append(best)
              rest = rest[1:]
              others = boxes.index_select(0, rest)
              box = boxes[best]
              sides = torch.minimum(others[:, 2:], box[2:]) - torch.maximum(others[:, :2], box[:2])
              meet = (sides[:, 0] > 0) & (sides[:, 1] > 0)
              common = torch.where(meet, sides[:, 0] * sides[:, 1], torch.zeros_like(sides[:, 0]))
              iou = common / (areas.index_select(0, rest) + areas[best] - common)
              worse = (iou > \(detection.iouThreshold.source)) & (iou <= 1.0)\(sameLabel)
              rest = rest[torch.logical_not(worse)]
          if len(kept) > 0:
              return torch.stack(kept)
          return torch.zeros([0], dtype=4, device=boxes.device)

      """
  }

  /// One picture: each level's best candidates, decoded, suppressed.
  private var detect: String {
    let comparison = rules.detection.scoreComparison == .atLeast ? ">=" : ">"
    let (limit, categories) = (rules.detection.candidatesPerLevel, rules.categoryCount)
    return """
      def detect(self, logits: List[Tensor], deltas: List[Tensor], anchors: List[Tensor], limit: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          boxes: List[Tensor] = []
          scores: List[Tensor] = []
          labels: List[Tensor] = []
          for level in range(len(logits)):
              values = logits[level].reshape([-1])
              index = torch.nonzero(values \(comparison) \(rules.logitThreshold.source)).reshape([-1])
              values = values.index_select(0, index)
              if index.size(0) > \(limit):
                  best = torch.sort(values, stable=True, dim=0, descending=True)[1][:\(limit)]
                  index = index.index_select(0, best)
                  values = values.index_select(0, best)
              anchor = torch.div(index, \(categories), rounding_mode="floor")
              found = self.decode(deltas[level].index_select(0, anchor), anchors[level].index_select(0, anchor), limit)
              real = (found[:, 2] - found[:, 0] > 0) & (found[:, 3] - found[:, 1] > 0)
              boxes.append(found[real])
              scores.append((1 / (1 + torch.exp(torch.neg(values))))[real])
              labels.append((index - anchor * \(categories))[real])
          box = torch.cat(boxes)
          score = torch.cat(scores)
          label = torch.cat(labels)
          kept = self.suppress(box, score, label)
          return (box.index_select(0, kept), score.index_select(0, kept), label.index_select(0, kept))

      """
  }

  /// A batch: every picture's detections, padded to the longest list.
  private var forward: String {
    var levels = ""
    for (index, level) in rules.levels.enumerated() {
      let cell = "self.\(TorchScriptSource.anchors(level))"
      let (rows, columns) = ("rows_\(index)", "columns_\(index)")
      let steps: String
      switch rules.spacing {
      case .stride: steps = "\(Float(level.stride).source), \(Float(level.stride).source)"
      case .imageOverCells: steps = "float(height // \(rows)), float(width // \(columns))"
      }
      levels += """
            \(rows) = logits[\(index)].size(2)
            \(columns) = logits[\(index)].size(3)
            anchors.append(self.anchors(\(cell), \(rows), \(columns), \(steps)))

        """
    }
    return """
      def forward(self, images: Tensor, sizes: Optional[Tensor] = None) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
          # channels last is 2
          logits, deltas = self.network(images.contiguous(memory_format=2))
          count = images.size(0)
          height = images.size(2)
          width = images.size(3)
          anchors: List[Tensor] = []
      \(levels)    limits = torch.tensor([[float(width), float(height)]], dtype=6, device=images.device).expand([count, 2])
          if sizes is not None:
              limits = torch.minimum(limits, sizes.to(limits))
          boxes: List[Tensor] = []
          scores: List[Tensor] = []
          labels: List[Tensor] = []
          most = 0
          for image in range(count):
              level_logits: List[Tensor] = []
              level_deltas: List[Tensor] = []
              for level in range(len(logits)):
                  x = logits[level][image].permute([1, 2, 0]).reshape([-1, \(rules.logitsPerAnchor)])
                  level_logits.append(x[:, \(rules.backgroundLogits):].to(6))
                  level_deltas.append(deltas[level][image].permute([1, 2, 0]).reshape([-1, 4]).to(6))
              box, score, label = self.detect(level_logits, level_deltas, anchors, limits[image].repeat([2]))
              boxes.append(box)
              scores.append(score)
              labels.append(label)
              most = max(most, box.size(0))
          all_boxes = torch.zeros([count, most, 4], dtype=6, device=images.device)
          all_scores = torch.zeros([count, most], dtype=6, device=images.device)
          all_labels = torch.full([count, most], -1, dtype=4, device=images.device)
          counts = torch.zeros([count], dtype=4, device=images.device)
          for image in range(count):
              found = boxes[image].size(0)
              counts[image] = found
              all_boxes[image, :found] = boxes[image]
              all_scores[image, :found] = scores[image]
              all_labels[image, :found] = labels[image]
          return (all_boxes, all_scores, all_labels, counts)

      """
  }
}

extension Float {
  /// The number in source text that reads back as this one.
  fileprivate var source: String {
    if isInfinite { return self < 0 ? "(-float(\"inf\"))" : "float(\"inf\")" }
    return "\(Double(self))"
  }
}
