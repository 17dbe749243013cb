import BoxGeometry
import Foundation
import Torch
import TorchNN

/// The logits of one step and what each anchor was to find, for work outside the run.
struct SavedLogits {
  /// L.
  private let columnCount: Int
  /// Of each part, shape [rows, L].
  private var tables: [Tensor] = []
  /// Of each row the column of its category, −1 for background, −2 for ignored.
  private var targets: [Int64] = []
  /// Rows of each picture.
  private var rows: [Int64] = []

  /// - Parameter columnCount: L, the logits of an anchor.
  init(columnCount: Int) { self.columnCount = columnCount }

  /// Takes in a part.
  ///
  /// - Parameters:
  ///   - logits: Shape [N, R, L], contiguous, in main memory.
  ///   - targets: Of the N pictures.
  ///   - shift: The column of the first category.
  /// - Throws: `TorchError` if memory runs out.
  mutating func append(_ logits: Tensor, targets: [AnchorTargets], shift: Int) throws {
    // (N, R, L) -> (N·R, L)
    tables.append(try logits.reshape([logits.shape[0] * logits.shape[1], columnCount]))
    for target in targets {
      rows.append(Int64(target.classIndices.count))
      self.targets += target.classIndices.map { $0 < 0 ? Int64($0) : Int64($0) + Int64(shift) }
    }
  }

  /// Writes the logits of all workers to one file; every worker calls it, the first writes.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - workers: Who shares the work.
  ///   - words: What else is to be known.
  /// - Throws: `SafetensorsError` if the file cannot be written; `TorchError` if memory runs out.
  func write(to url: URL, workers: any WorkerGroup, words: [String: String]) throws {
    let (targets, rows) = (try Self.gathered(targets, workers), try Self.gathered(rows, workers))
    let table: Tensor
    if workers.count == 1 {
      table = try Tensor.cat(tables)
    } else {
      // As float32, which holds what bfloat16 does: workers need not compute in the same format.
      let logits = try Self.gathered(tables.flatMap { try $0.floats() }, workers)
      table = try Tensor(logits, shape: [targets.count, columnCount])
    }
    guard workers.isFirst else { return }
    try SafetensorsFile.write(
      [
        NamedTensor(name: "logits", tensor: table),
        NamedTensor(name: "targets", tensor: Tensor(targets, shape: [targets.count])),
        NamedTensor(name: "anchorsPerPicture", tensor: Tensor(rows, shape: [rows.count])),
      ],
      metadata: words,
      to: url
    )
  }

  /// All workers' values, in the order of their ranks.
  private static func gathered<Value: BitwiseCopyable>(
    _ values: [Value],
    _ workers: any WorkerGroup
  ) throws -> [Value] {
    let bytes = values.withUnsafeBytes { Array($0) }
    return try workers.gather(bytes).flatMap { bytes in
      bytes.withUnsafeBytes { raw in
        (0..<(raw.count / MemoryLayout<Value>.stride)).map {
          raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.stride, as: Value.self)
        }
      }
    }
  }
}
