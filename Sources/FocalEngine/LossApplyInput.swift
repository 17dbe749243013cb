import CommandConsole
import Torch

/// Logits and targets from a file, checked: every target is a class, or one of the two marks.
struct LossApplyInput {
  /// The file as the user wrote it.
  let path: String
  /// Shape [N, K], floating point.
  let logits: Tensor
  /// One a row: a class below K, −1 background, −2 ignored.
  let targets: [Int64]

  var rows: Int { logits.shape[0] }
  var classes: Int { logits.shape[1] }

  /// Reads and checks a file.
  ///
  /// - Parameter path: A safetensors file with `logits` and `targets`.
  /// - Throws: ``CommandFailure`` that names file, tensor and row; `SafetensorsError` if the file
  ///   cannot be read.
  init(path: String) throws {
    self.path = path
    let file = try TensorFile(path: path)
    let floats: [DType] = [.float64, .float32, .bfloat16, .float16]
    let shape = try file.shape(of: "logits", dtypes: floats, dimensions: ["N", "K"])
    let rows = shape[0]
    let classes = shape[1]
    let count = try file.shape(of: "targets", dtypes: [.int64], dimensions: ["N"])[0]
    guard count == rows else {
      throw file.failure(
        "targets",
        "found \(count) values, expected \(rows), one for each row of 'logits'"
      )
    }
    logits = try file.tensor("logits")
    targets = try file.tensor("targets").int64s()
    for (row, value) in targets.enumerated() where value < -2 || value >= classes {
      throw file.failure(
        "targets",
        "row \(row): found class index \(value), expected 0..<\(classes), -1 (background) or -2 (ignored)"
      )
    }
  }
}
