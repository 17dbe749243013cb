package import BoxGeometry

/// Smooth random fields: lattices of random numbers, interpolated, several of them summed.
package enum ValueNoise {
  /// A field of about -1...1 over a picture.
  ///
  /// - Parameters:
  ///   - width: Width of the picture.
  ///   - height: Its height.
  ///   - cell: Distance of the coarsest lattice's points in pixels; it halves each octave.
  ///   - octaves: How many lattices, each `persistence` times as strong as the one before.
  ///   - persistence: Strength of an octave relative to the one before.
  ///   - generator: Where the lattices' numbers come from.
  /// - Returns: The field row by row.
  package static func field(
    width: Int,
    height: Int,
    cell: Double,
    octaves: Int,
    persistence: Float = 0.5,
    using generator: inout SplitMix64
  ) -> [Float] {
    var field = [Float](repeating: 0, count: width * height)
    var (cell, strength, total) = (cell, Float(1), Float(0))
    for _ in 0..<octaves where cell >= 1 {
      add(to: &field, width: width, height: height, cell: cell, strength, using: &generator)
      total += strength
      strength *= persistence
      cell /= 2
    }
    // The sum of independent octaves rarely reaches their total: half of it is its usual range.
    let scale = total > 0 ? 1.6 / total : 0
    for index in field.indices { field[index] *= scale }
    return field
  }

  private static func add(
    to field: inout [Float],
    width: Int,
    height: Int,
    cell: Double,
    _ strength: Float,
    using generator: inout SplitMix64
  ) {
    let columns = Interpolation(count: width, cell: cell, offset: generator.uniform())
    let rows = Interpolation(count: height, cell: cell, offset: generator.uniform())
    let lattice = (0..<columns.points * rows.points).map { _ in
      strength * Float(2 * generator.uniform() - 1)
    }
    var line = [Float](repeating: 0, count: columns.points)
    field.withUnsafeMutableBufferPointer { field in
      for y in 0..<height {
        let (above, weight) = (rows.indices[y] * columns.points, rows.weights[y])
        for point in 0..<columns.points {
          let top = lattice[above + point]
          line[point] = top + (lattice[above + columns.points + point] - top) * weight
        }
        for x in 0..<width {
          let index = columns.indices[x]
          let left = line[index]
          field[y * width + x] += left + (line[index + 1] - left) * columns.weights[x]
        }
      }
    }
  }

  /// For each pixel of a side the lattice point before it and the weight of the one after.
  private struct Interpolation {
    let indices: [Int]
    let weights: [Float]
    let points: Int

    init(count: Int, cell: Double, offset: Double) {
      let places = (0..<count).map { Double($0) / cell + offset }
      indices = places.map { Int($0) }
      weights = places.map { place in
        let t = Float(place - place.rounded(.down))
        return t * t * (3 - 2 * t)
      }
      points = (indices.last ?? 0) + 2
    }
  }
}
