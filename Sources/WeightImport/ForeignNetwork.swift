/// Networks whose tensors are met where torchvision's are expected, told by their names.
enum ForeignNetwork {
  private static let marks: [(part: String, network: String)] = [
    ("roi_heads.", "torchvision's Faster R-CNN or one of its kin"),
    ("head.regression_head.bbox_ctrness", "torchvision's FCOS"),
    ("head.classification_head.module_list.", "torchvision's SSD"),
    ("backbone.bottom_up.", "detectron2"),
    ("bbox_head.", "mmdetection"),
    ("regressionModel.", "yhenon's pytorch-retinanet"),
    ("transformer.", "a transformer"),
    ("class_embed.", "DETR"),
    ("model.0.conv.", "YOLO"),
    ("0.conv.weight", "YOLO"),
    ("conv1.0.weight", "a ResNet whose stem is three convolutions"),
    ("res2.0.conv1.weight", "detectron2's backbone"),
    ("layer1.0.conv1.weight", "a ResNet of torchvision without a detector"),
  ]

  /// - Parameter names: All names.
  /// - Returns: Whose they probably are; `nil` where they are unknown.
  static func likeness(of names: some Sequence<String>) -> String? {
    let names = Array(names)
    return marks.first { mark in
      names.contains { $0.hasPrefix(mark.part) || $0.contains("." + mark.part) }
    }?.network
  }
}
