import BoxGeometry
import DetectionModels

/// A network in figures, for each size of its input.
struct NetworkDescription: Encodable {
  let source: String
  let backbone: String
  let norm: String
  let trainableStages: Int
  let pyramidChannels: Int
  let extraLevelInput: String
  let headDepth: Int
  let headNorm: String
  let anchorsPerCell: Int
  let logitsPerAnchor: Int
  let trainable: Int
  let frozen: Int
  let buffers: Int
  let sizes: [Size]

  init(source: String, configuration: RetinaNetConfiguration, sizes: [Size]) {
    self.source = source
    backbone = configuration.backbone.depth.rawValue
    norm = configuration.backbone.norm.rawValue
    trainableStages = configuration.backbone.trainableStages
    pyramidChannels = configuration.pyramidChannels
    extraLevelInput = configuration.extraLevelInput.rawValue
    headDepth = configuration.head.depth
    headNorm = configuration.head.norm.rawValue
    anchorsPerCell = configuration.anchors.anchorsPerCell
    logitsPerAnchor = configuration.logitsPerAnchor
    let parts = sizes.first?.parts ?? []
    trainable = parts.reduce(0) { $0 + $1.trainable }
    frozen = parts.reduce(0) { $0 + $1.frozen }
    buffers = parts.reduce(0) { $0 + $1.buffers }
    self.sizes = sizes
  }

  /// Everything for one size of the input.
  struct Size: Encodable {
    let width: Int
    let height: Int
    let anchors: Int
    let multiplyAdds: Int
    /// Backbone, pyramid, and the two heads.
    let parts: [LayerGroup]
    /// The same, as finely as was asked for.
    let layers: [LayerGroup]
    /// Groups and what is in them, in the order of a table.
    let rows: [LayerGroup]

    init(_ size: InputSize, anchors: Int, layers: [LayerDescription], depth: Int) {
      width = size.width
      height = size.height
      self.anchors = anchors
      multiplyAdds = layers.reduce(0) { $0 + $1.multiplyAdds }
      parts = LayerGroup.groups(of: layers, depth: 1)
      rows = LayerGroup.groups(of: layers, depth: depth)
      self.layers = rows.filter { $0.level == depth || $0.isLayer }
    }

    private enum CodingKeys: String, CodingKey {
      case width, height, anchors, multiplyAdds, parts, layers
    }
  }
}

/// A layer, or several whose names begin alike.
struct LayerGroup: Encodable {
  /// The whole name, as in a model file.
  let name: String
  /// The last of the name's components.
  let label: String
  /// 1 for a part of the network, 2 for what is in it, and on.
  let level: Int
  let isLayer: Bool
  /// What it is, or how many of which.
  let kind: String
  /// What its last layer makes, each time that it runs: channels, rows, columns.
  let outputs: [[Int]]
  let trainable: Int
  let frozen: Int
  let buffers: Int
  let multiplyAdds: Int

  private enum CodingKeys: String, CodingKey {
    case name, kind, outputs, trainable, frozen, buffers, multiplyAdds
  }

  private init(_ layers: [Named], name: String, label: String, level: Int) {
    self.name = name
    self.label = label
    self.level = level
    let only = layers.count == 1 && layers[0].rest.isEmpty ? layers[0].layer : nil
    isLayer = only != nil
    let convolutions = layers.count { $0.layer.kind.isConvolution }
    let counts = [(convolutions, "conv"), (layers.count - convolutions, "norm")]
    kind =
      only?.kind.text
      ?? counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    outputs = layers.last { !$0.layer.outputs.isEmpty }?.layer.outputs ?? []
    trainable = layers.reduce(0) { $0 + $1.layer.trainable }
    frozen = layers.reduce(0) { $0 + $1.layer.frozen }
    buffers = layers.reduce(0) { $0 + $1.layer.buffers }
    multiplyAdds = layers.reduce(0) { $0 + $1.layer.multiplyAdds }
  }

  /// A layer and what of its name is not told yet.
  private struct Named {
    let layer: LayerDescription
    var rest: ArraySlice<Substring>
  }

  /// The groups of layers down to a level, each before what is in it.
  ///
  /// - Parameters:
  ///   - layers: In the order of a network.
  ///   - depth: The last level, >= 1.
  /// - Returns: Groups and layers.
  static func groups(of layers: [LayerDescription], depth: Int) -> [LayerGroup] {
    var groups: [LayerGroup] = []
    for (part, members) in runs(of: layers, by: \.part) {
      let named = members.map { Named(layer: $0, rest: $0.name.split(separator: ".")[...]) }
      groups.append(LayerGroup(named, name: part, label: part, level: 1))
      groups += inside(named, name: part, level: 2, depth: depth)
    }
    return groups
  }

  private static func inside(
    _ layers: [Named],
    name: String,
    level: Int,
    depth: Int
  ) -> [LayerGroup] {
    guard level <= depth else { return [] }
    return runs(of: layers, by: { String($0.rest.first ?? "") }).flatMap { label, members in
      let members = members.map { Named(layer: $0.layer, rest: $0.rest.dropFirst()) }
      let name = "\(name).\(label)"
      let group = LayerGroup(members, name: name, label: label, level: level)
      return [group]
        + (group.isLayer ? [] : inside(members, name: name, level: level + 1, depth: depth))
    }
  }

  /// Neighbours of one key, in order.
  private static func runs<Element>(
    of elements: [Element],
    by key: (Element) -> String
  ) -> [(String, [Element])] {
    elements.reduce(into: []) { runs, element in
      if runs.last?.0 == key(element) {
        runs[runs.count - 1].1.append(element)
      } else {
        runs.append((key(element), [element]))
      }
    }
  }
}
