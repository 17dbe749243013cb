import BoxGeometry
import DetectionModels

@testable import DetectionServer

extension ServedModel {
  /// A model of two categories, of the ids 1 and 7, whose pictures are 64 pixels wide and high.
  static func pets(_ name: String = "pets") -> ServedModel {
    var configuration = RetinaNetConfiguration(categories: ["cat", "dog"], categoryIDs: [1, 7])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, width: 8)
    configuration.input.resize = ResizeRule(shortSide: 64, longSideCap: 128)
    return ServedModel(name: name, configuration: configuration, precision: "float32")
  }
}
