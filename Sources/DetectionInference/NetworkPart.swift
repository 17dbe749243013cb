/// A part of a network, as people speak of it.
package enum NetworkPart: String, Codable, Hashable, Sendable, CaseIterable {
  case stem, stage1, stage2, stage3, stage4, pyramid, classHead, boxHead

  /// - Parameter name: A layer or a value, as `backbone.body.layer1.0.conv1`.
  package init(name: String) {
    let parts: [(prefix: String, part: NetworkPart)] = [
      ("backbone.body.layer1.", .stage1), ("backbone.body.layer2.", .stage2),
      ("backbone.body.layer3.", .stage3), ("backbone.body.layer4.", .stage4),
      ("backbone.fpn.", .pyramid), ("head.classification_head.", .classHead),
      ("head.regression_head.", .boxHead),
    ]
    self = parts.first { name.hasPrefix($0.prefix) }?.part ?? .stem
  }
}
