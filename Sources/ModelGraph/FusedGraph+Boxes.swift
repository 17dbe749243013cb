extension FusedGraph {
  /// The convolutions that end in the box deltas and may leave out places, by their step: how far from a delta that is
  /// looked at a place may lie to have an influence through the steps after it, in cells.
  ///
  /// They look at their neighbours only and nothing else reads what they make. A group norm, which looks everywhere, ends
  /// the chain.
  package var boxReach: [Int: Int] {
    var reach: [Int: Int] = [:]
    var wanted = deltas
    var distance = 0
    while let index = steps.lastIndex(where: { $0.outputs == wanted }) {
      guard case .convolution(let convolution) = steps[index].operation, convolution.looksAround,
        convolution.added.isEmpty
      else { break }
      let others = steps.indices.contains { other in
        other > index && reach[other] == nil
          && steps[other].reads.contains(where: wanted.contains)
      }
      if others { break }
      reach[index] = distance
      distance += 1
      wanted = steps[index].inputs
    }
    return reach
  }
}
