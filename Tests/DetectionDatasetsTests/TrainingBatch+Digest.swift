import BoxGeometry

@testable import DetectionDatasets

/// FNV-1a over 64-bit words: not for secrets, for telling two sequences of bits apart.
struct BitDigest: Hashable, Sendable, CustomStringConvertible {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01b3 }
  mutating func add(_ word: Int) { add(UInt64(bitPattern: Int64(word))) }

  mutating func add(_ box: BoundingBox) {
    for lane in 0..<4 { add(UInt64(box.corners[lane].bitPattern)) }
  }

  var description: String { String(value, radix: 16) }
}

extension TrainingBatch {
  /// The bits of the pictures.
  var pixelDigest: BitDigest {
    var digest = BitDigest()
    digest.add(width)
    digest.add(height)
    pixels.withUnsafeBufferPointer { for value in $0 { digest.add(UInt64(value.bitPattern)) } }
    return digest
  }

  /// The bits of numbers, boxes, regions and targets.
  var targetDigest: BitDigest {
    var digest = BitDigest()
    digest.add(index)
    for number in imageIDs { digest.add(number) }
    for labeled in boxes.joined() {
      digest.add(labeled.box)
      digest.add(labeled.label)
    }
    for region in ignoreRegions.joined() { digest.add(region) }
    for target in targets {
      target.classIndices.withUnsafeBufferPointer { for index in $0 { digest.add(Int(index)) } }
      for anchor in target.foregroundAnchors { digest.add(Int(anchor)) }
      for deltas in target.foregroundDeltas { digest.add(BoundingBox(corners: deltas)) }
    }
    return digest
  }

  /// All of it.
  var digest: BitDigest {
    var digest = pixelDigest
    digest.add(targetDigest.value)
    return digest
  }
}
