package import DetectionTraining
import DetectionModels
import Torch
import TorchNN

/// How many numbers a recipe's network holds, and how many it makes of a picture, without building it.
///
/// A network of the same layers with few channels is built instead; what it counts is scaled by the channels.
package struct NetworkSize: Hashable, Sendable {
  /// Weights and biases.
  package var parameters: Int
  /// Of these, trained ones.
  package var trained: Int
  /// Running statistics and the like.
  package var buffers: Int
  /// Elements of all layers' outputs for one picture.
  package var outputs: Int
  /// Elements of the largest of them.
  package var largestOutput: Int
  /// Anchors of the picture.
  package var anchors: Int
  /// Logits of an anchor.
  package var logits: Int

  /// - Parameters:
  ///   - recipe: What is trained.
  ///   - classes: How many classes.
  ///   - width: Width of a padded picture.
  ///   - height: Its height.
  /// - Throws: `ModelError` if the recipe makes no network; `TorchError` if memory runs out.
  package init(_ recipe: TrainingRecipe, classes: Int, width: Int, height: Int) throws {
    let least = try recipe.leastNetwork()
    try least.freeze(matching: recipe.model.freeze)
    let whole = recipe.configuration(
      categories: (0..<max(1, classes)).map { "class \($0)" },
      categoryIDs: Array(0..<max(1, classes))
    )
    let scale = Scale(
      body: Double(whole.backbone.width) / Double(least.configuration.backbone.width),
      pyramid: Double(whole.pyramidChannels) / Double(least.configuration.pyramidChannels),
      logits: Double(whole.logitsPerAnchor) / Double(least.configuration.logitsPerAnchor)
    )
    var (all, trained, buffers) = (0.0, 0.0, 0.0)
    for parameter in least.parameters {
      let count = Double(parameter.tensor.count) * scale.ofTensor(parameter)
      all += count
      if parameter.tensor.requiresGradient { trained += count }
    }
    for buffer in least.buffers {
      buffers += Double(buffer.tensor.count) * scale.ofTensor(buffer)
    }
    var (outputs, largest) = (0.0, 0.0)
    for layer in try least.layers(width: width, height: height) {
      for shape in layer.outputs {
        let count = Double(shape.reduce(1, *)) * scale.ofOutput(layer)
        outputs += count
        largest = max(largest, count)
      }
    }
    (parameters, self.trained, self.buffers) = (Int(all), Int(trained), Int(buffers))
    (self.outputs, largestOutput) = (Int(outputs), Int(largest))
    anchors = least.anchors(imageWidth: width, imageHeight: height).count
    logits = whole.logitsPerAnchor
  }

  private struct Scale {
    let body: Double
    let pyramid: Double
    let logits: Double

    func ofTensor(_ tensor: NamedTensor) -> Double {
      let name = tensor.name
      let isKernel = tensor.tensor.rank > 1
      if name.contains(".cls_logits.") { return logits * (isKernel ? pyramid : 1) }
      if name.contains(".bbox_reg.") { return isKernel ? pyramid : 1 }
      if name.hasPrefix("backbone.body.") {
        // The first convolution takes the three colours.
        return isKernel && name != "backbone.body.conv1.weight" ? body * body : body
      }
      guard isKernel else { return pyramid }
      // Inner blocks, and P6 where it is made of C5, take the backbone's channels.
      let takesBody = name.contains(".inner_blocks.") || tensor.isOfC5
      return takesBody ? body * pyramid : pyramid * pyramid
    }

    func ofOutput(_ layer: LayerDescription) -> Double {
      if layer.name.contains("cls_logits") { return logits }
      if layer.name.contains("bbox_reg") { return 1 }
      return layer.part == "backbone.body" ? body : pyramid
    }
  }
}

extension NamedTensor {
  /// Whether it is P6's kernel and takes more channels than the pyramid has.
  fileprivate var isOfC5: Bool {
    name.contains(".p6.") && tensor.rank == 4 && tensor.shape[1] != tensor.shape[0]
  }
}
