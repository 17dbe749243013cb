import BoxGeometry

/// Short sides that training pictures are brought to, drawn anew each time.
///
/// Which one follows from the seed, the epoch and the place alone, as every other variation. The cap of the long
/// side stays as it is; the pictures of a batch are padded to the largest.
package struct TrainingSides: Hashable, Sendable {
  /// What is drawn.
  package enum Rule: String, Codable, Hashable, Sendable, CaseIterable {
    /// One of the sides.
    case list
    /// Any whole number from the least side to the greatest.
    case range
  }

  /// What a draw is for.
  package enum Draw: String, Codable, Hashable, Sendable, CaseIterable {
    /// One picture.
    case picture
    /// All pictures of a batch.
    case batch
  }

  /// The short sides in pixels, each >= 1; at least one.
  package var sides: [Int]
  package var rule: Rule
  package var draw: Draw

  /// Creates a draw.
  /// - Parameters:
  ///   - sides: The short sides in pixels, each >= 1; at least one.
  ///   - rule: What is drawn of them.
  ///   - draw: What a draw is for.
  package init(_ sides: [Int], rule: Rule = .list, draw: Draw = .picture) {
    precondition(!sides.isEmpty && sides.allSatisfy { $0 >= 1 }, "sides have pixels")
    (self.sides, self.rule, self.draw) = (sides, rule, draw)
  }

  /// The size of a picture.
  /// - Parameters:
  ///   - resize: The rule whose short side is drawn.
  ///   - draws: The random numbers of the place.
  ///   - batch: The batch of the epoch that the place belongs to.
  /// - Returns: The rule with the side that was drawn.
  func rule(for resize: ResizeRule, _ draws: SampleDraws, batch: Int) -> ResizeRule {
    var generator =
      switch draw {
      case .picture: draws.generator(.side)
      case .batch: draws.atPosition(batch).generator(.batchSide)
      }
    var drawn = resize
    switch rule {
    case .list: drawn.shortSide = sides[generator.integer(below: sides.count)]
    case .range:
      let least = sides.min() ?? resize.shortSide
      let greatest = sides.max() ?? resize.shortSide
      drawn.shortSide = least + generator.integer(below: greatest - least + 1)
    }
    return drawn
  }
}
