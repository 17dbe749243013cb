package import DetectionModels

extension NetworkGraph {
  /// The steps of a RetinaNet from normalised pictures to the two subnets' outputs of every level.
  ///
  /// - Parameter model: The network.
  /// - Throws: `ModelError` if it has a layer or a tensor that this does not know.
  package init(_ model: RetinaNet) throws {
    var builder = NetworkGraphBuilder(model)
    let stages = try builder.residualNetwork(model.configuration.backbone)
    let levels = try builder.pyramid(stages, extraLevelInput: model.configuration.extraLevelInput)
    let depth = model.configuration.head.depth
    builder.setOutputs(
      logits: try builder.subnet("classification_head", depth, last: "cls_logits", on: levels),
      deltas: try builder.subnet("regression_head", depth, last: "bbox_reg", on: levels)
    )
    self = try builder.finished()
  }
}

/// A value of the graph on one level of the pyramid.
private struct Level {
  let name: String
  let value: String
}

extension NetworkGraphBuilder {
  /// Images -> C3, C4, C5.
  fileprivate mutating func residualNetwork(
    _ configuration: ResNetConfiguration
  ) throws -> [String] {
    let body = "backbone.body"
    let stem = try convolution("\(body).conv1", norm: "\(body).bn1", of: NetworkGraph.images)
    var x = add(
      .maxPool(side: 3, stride: 2, padding: 1),
      [rectifier(stem)],
      as: "\(body).pool"
    )
    var outputs: [String] = []
    for (stage, blocks) in configuration.depth.blocks.enumerated() {
      for block in 0..<blocks { x = try residualBlock("\(body).layer\(stage + 1).\(block)", x) }
      outputs.append(x)
    }
    return Array(outputs.dropFirst())
  }

  private mutating func residualBlock(_ name: String, _ input: String) throws -> String {
    var x = input
    let count = has("\(name).conv3") ? 3 : 2
    for index in 1...count {
      x = try convolution("\(name).conv\(index)", norm: "\(name).bn\(index)", of: x)
      if index < count { x = rectifier(x) }
    }
    let shortcut = "\(name).downsample.0"
    let identity =
      has(shortcut) ? try convolution(shortcut, norm: "\(name).downsample.1", of: input) : input
    return rectifier(add(.sum, [x, identity], as: "\(name).sum"))
  }

  /// C3, C4, C5 -> P3 … P7.
  fileprivate mutating func pyramid(
    _ stages: [String],
    extraLevelInput: RetinaNetConfiguration.ExtraLevelInput
  ) throws -> [Level] {
    let fpn = "backbone.fpn"
    var levels: [Level] = []
    var top: String?
    for (index, stage) in stages.enumerated().reversed() {
      var inner = try convolution("\(fpn).inner_blocks.\(index).0", of: stage)
      if let above = top {
        let enlarged = add(.upsampling, [above, inner], as: "\(fpn).enlarged.\(index)")
        inner = add(.sum, [inner, enlarged], as: "\(fpn).sum.\(index)")
      }
      top = inner
      let output = try convolution("\(fpn).layer_blocks.\(index).0", of: inner)
      levels.insert(Level(name: "p\(index + 3)", value: output), at: 0)
    }
    let extraInput: String
    switch extraLevelInput {
    case .c5: extraInput = stages[stages.count - 1]
    case .p5: extraInput = levels[levels.count - 1].value
    }
    let sixth = try convolution("\(fpn).extra_blocks.p6", of: extraInput)
    let seventh = try convolution("\(fpn).extra_blocks.p7", of: rectifier(sixth))
    return levels + [Level(name: "p6", value: sixth), Level(name: "p7", value: seventh)]
  }

  /// The same convolutions on every level.
  fileprivate mutating func subnet(
    _ name: String,
    _ depth: Int,
    last: String,
    on levels: [Level]
  ) throws -> [String] {
    try levels.map { level in
      var x = level.value
      for index in 0..<depth {
        let layer = "head.\(name).conv.\(index)"
        let norm = has("\(layer).1") ? "\(layer).1" : nil
        x = try convolution("\(layer).0", norm: norm, of: x, as: "\(layer).\(level.name)")
        x = rectifier(x)
      }
      return try convolution("head.\(name).\(last)", of: x, as: "head.\(name).\(level.name)")
    }
  }
}
