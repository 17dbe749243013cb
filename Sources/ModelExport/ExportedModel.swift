package import BoxGeometry
package import Foundation
import ModelGraph
package import Torch

/// An exported file, read back and run by what is to run it elsewhere.
package final class ExportedModel {
  /// What runs the file, as `ONNX Runtime 1.20.1`.
  package let runner: String
  private let run: (Tensor, Tensor) throws -> Outputs

  /// The four outputs that both formats have.
  private struct Outputs {
    let boxes: [Float]
    let scores: [Float]
    let labels: [Int64]
    let counts: [Int64]
  }

  /// Reads a TorchScript file.
  ///
  /// - Parameter url: The file.
  /// - Throws: `TorchError` if it is none.
  package init(torchScript url: URL) throws {
    let module = try ScriptModule(contentsOf: url.path, noteName: ModelMetadata.fileName)
    runner = "LibTorch \(TorchRuntime.version)"
    run = { images, sizes in
      let outputs = try withInferenceMode { try module([images, sizes], outputCount: 4) }
      return Outputs(
        boxes: try outputs[0].floats(),
        scores: try outputs[1].floats(),
        labels: try outputs[2].int64s(),
        counts: try outputs[3].int64s()
      )
    }
  }

  /// Reads an ONNX file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - runtime: What is to run it.
  /// - Throws: ``ModelExportError`` if ONNX Runtime refuses it.
  package init(onnx url: URL, runtime: ONNXRuntime) throws {
    let session = try ONNXSession(contentsOf: url.path, runtime: runtime)
    runner = "ONNX Runtime \(runtime.version)"
    run = { images, sizes in
      let outputs = try session.run([
        (NetworkGraph.images, images), (ONNXFile.sizes, sizes),
      ])
      guard case .floats(let boxes) = outputs[0], case .floats(let scores) = outputs[1],
        case .integers(let labels) = outputs[2], case .integers(let counts) = outputs[3]
      else {
        throw ModelExportError(
          place: url.path,
          message: "found outputs of other types, expected float32 boxes and scores, int64 labels "
            + "and counts"
        )
      }
      return Outputs(boxes: boxes, scores: scores, labels: labels, counts: counts)
    }
  }

  /// The detections in each picture of a batch, best first, in the network's input pixels.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures. Shape [N, 3, H, W], at least one.
  ///   - sizes: Width and height of each picture without its padding.
  /// - Returns: One list a picture.
  /// - Throws: `TorchError` or ``ModelExportError`` if the file cannot be run.
  package func detections(
    in images: Tensor,
    sizes: [(width: Int, height: Int)]
  ) throws -> [[ScoredBox]] {
    precondition(images.rank == 4 && images.shape[0] == sizes.count, "one size a picture")
    let limits = sizes.flatMap { [Float($0.width), Float($0.height)] }
    let outputs = try run(images, Tensor(limits, shape: [sizes.count, 2]))
    let most = outputs.scores.count / max(1, sizes.count)
    return outputs.counts.enumerated().map { image, count in
      (0..<min(Int(count), most)).map { index in
        let place = image * most + index
        let corners = outputs.boxes[(place * 4)..<(place * 4 + 4)]
        return ScoredBox(
          box: BoundingBox(corners: SIMD4(corners)),
          label: Int(outputs.labels[place]),
          score: outputs.scores[place]
        )
      }
    }
  }
}
