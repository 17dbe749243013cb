import DetectionModels
import Torch

/// Which rows of one classification head become which of another: those of categories of the same name, and the
/// background's.
///
/// The last convolution of the head has A·L outputs, anchor by anchor: one logit a category, and before them one for
/// the background where there is one.
struct ClassRows {
  /// For each logit of the new head, the logit of the old one that it continues.
  let sources: [Int?]
  private let oldLogits: Int
  let classes: WeightReport.Classes

  /// - Parameters:
  ///   - old: The network that the weights are from.
  ///   - new: The one that they go to.
  ///   - areNew: Whether categories of equal names are others all the same.
  init(
    from old: RetinaNetConfiguration,
    to new: RetinaNetConfiguration,
    areNew: Bool = false
  ) {
    let known = areNew ? [] : old.categories
    // Of equal names, as COCO's gaps have, the first continues the first, the second the second.
    var labels = Dictionary(grouping: known.indices, by: { known[$0] })
    let (oldStart, newStart) = (
      old.classLayout.backgroundLogits, new.classLayout.backgroundLogits
    )
    let background: [Int?] = newStart == 0 ? [] : [oldStart == 0 ? nil : 0]
    sources =
      background
      + new.categories.map { name in
        guard let label = labels[name]?.first else { return nil }
        labels[name]?.removeFirst()
        return label + oldStart
      }
    oldLogits = old.logitsPerAnchor
    let (wanted, had) = (areNew ? [] : Set(new.categories), Set(known))
    classes = WeightReport.Classes(
      kept: new.categories.filter(had.contains),
      new: new.categories.filter { !had.contains($0) },
      dropped: old.categories.filter { !wanted.contains($0) }
    )
  }

  /// Whether every logit continues the one in its own place.
  var isIdentity: Bool { sources == (0..<oldLogits).map { $0 } }

  /// Whether some logit starts afresh.
  var hasFreshRows: Bool { sources.contains(nil) }

  /// The rows of a tensor of the new head: those of the old one where there are, else its own.
  ///
  /// - Parameters:
  ///   - fresh: The new head's tensor. Shape [A·L, …].
  ///   - old: The old head's. Shape [A·M, …].
  /// - Returns: Shape and dtype of `fresh`.
  /// - Throws: `TorchError` if memory runs out.
  func merged(_ fresh: Tensor, with old: Tensor) throws -> Tensor {
    let rest = Array(fresh.shape.dropFirst())
    let anchors = fresh.shape[0] / sources.count
    let both = try Tensor.cat(
      [
        fresh.detach().contiguous().reshape([anchors, sources.count] + rest),
        old.to(fresh.dtype).contiguous().reshape([anchors, oldLogits] + rest),
      ],
      dim: 1
    )
    let index = sources.enumerated().map { row, source in
      Int64(source.map { sources.count + $0 } ?? row)
    }
    return try both.indexSelect(dim: 1, Tensor(index, shape: [index.count]))
      .reshape(fresh.shape)
  }
}
