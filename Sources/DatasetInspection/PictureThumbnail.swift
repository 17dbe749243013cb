import Foundation
package import Raster

/// A picture reduced to 32 by 32 shades of gray, by which pictures are held against each other.
///
/// A photograph that was saved again, made smaller, a little brighter or out of focus has nearly the
/// same thumbnail.
package struct PictureThumbnail: Hashable, Sendable {
  /// Rows and columns.
  package static let side = 32

  /// Shades, row by row; `side * side` values.
  package let shades: [UInt8]

  /// Creates a thumbnail of shades.
  /// - Parameter shades: `side * side` values, row by row.
  package init(shades: [UInt8]) {
    precondition(shades.count == Self.side * Self.side, "a thumbnail has 32 by 32 shades")
    self.shades = shades
  }

  /// Reduces a picture; its sides need not be equal.
  /// - Parameter image: The picture.
  package init(_ image: RasterImage) {
    let small = image.resized(width: Self.side, height: Self.side)
    self.init(
      shades: stride(from: 0, to: small.pixels.count, by: 3).map { start in
        // Rec. 601, as JPEG has it.
        let sum =
          299 * Int(small.pixels[start]) + 587 * Int(small.pixels[start + 1])
          + 114 * Int(small.pixels[start + 2])
        return UInt8((sum + 500) / 1000)
      }
    )
  }

  /// The shades with mean 0 and length 1; `nil` where the picture is all but of one shade.
  ///
  /// Below a standard deviation of 2 levels what is left is noise, and everything is like everything.
  package var normalized: [Float]? {
    let count = Float(shades.count)
    let mean = shades.reduce(0) { $0 + Float($1) } / count
    let centered = shades.map { Float($0) - mean }
    let energy = centered.reduce(0) { $0 + $1 * $1 }
    guard energy >= 4 * count else { return nil }
    let factor = 1 / energy.squareRoot()
    return centered.map { $0 * factor }
  }

  /// 64 bits of which nearly equal pictures have nearly all in common.
  ///
  /// The signs, about their median, of the 8 by 8 lowest frequencies of a discrete cosine transform
  /// (Zauner 2010, "pHash"); the constant term is left out, so brightness has no say.
  package var hash: UInt64 { Self.hash(frequencies) }

  /// The hash of the picture as it would be after each turn, in the order of
  /// ``PictureTurn/allCases``.
  ///
  /// A mirror changes the signs of odd frequencies, a change of axes exchanges them, so the
  /// transform is done once.
  package var turnedHashes: [UInt64] {
    let upright = frequencies
    return PictureTurn.allCases.map { turn in
      Self.hash(
        (0..<64).map { place in
          let (row, column) = (place / 8, place % 8)
          let value = turn.exchangesAxes ? upright[column * 8 + row] : upright[place]
          let isNegative =
            (turn.mirrorsColumns && column % 2 == 1) != (turn.mirrorsRows && row % 2 == 1)
          return isNegative ? -value : value
        }
      )
    }
  }

  private static func hash(_ frequencies: [Float]) -> UInt64 {
    let median = frequencies.dropFirst().sorted()[31]
    return frequencies.enumerated().reduce(0) {
      $1.offset > 0 && $1.element > median ? $0 | 1 << UInt64($1.offset) : $0
    }
  }

  /// The lowest frequencies, row by row; 64 values.
  private var frequencies: [Float] {
    let side = Self.side
    // Rows, then columns: (32, 32) -> (32, 8) -> (8, 8).
    var rows = [Float](repeating: 0, count: side * 8)
    for row in 0..<side {
      for frequency in 0..<8 {
        var sum: Float = 0
        for column in 0..<side {
          sum += Float(shades[row * side + column]) * Self.cosines[frequency * side + column]
        }
        rows[row * 8 + frequency] = sum
      }
    }
    var terms = [Float](repeating: 0, count: 64)
    for vertical in 0..<8 {
      for horizontal in 0..<8 {
        var sum: Float = 0
        for row in 0..<side {
          sum += rows[row * 8 + horizontal] * Self.cosines[vertical * side + row]
        }
        terms[vertical * 8 + horizontal] = sum
      }
    }
    return terms
  }

  /// The thumbnail after a turn.
  package func turned(_ turn: PictureTurn) -> PictureThumbnail {
    let side = Self.side
    return PictureThumbnail(
      shades: (0..<(side * side)).map { place in
        let row = turn.mirrorsRows ? side - 1 - place / side : place / side
        let column = turn.mirrorsColumns ? side - 1 - place % side : place % side
        return turn.exchangesAxes ? shades[column * side + row] : shades[row * side + column]
      }
    )
  }

  private static let cosines: [Float] = (0..<8).flatMap { frequency in
    (0..<side).map { place in
      Float(cosine(Double(frequency) * (2 * Double(place) + 1) / Double(2 * side)))
    }
  }
}

/// cos(π · turns).
private func cosine(_ turns: Double) -> Double { cos(Double.pi * turns) }
