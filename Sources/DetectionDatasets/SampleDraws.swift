import BoxGeometry

/// Keeps apart the random numbers that one seed is asked for.
enum RandomStream: UInt64 {
  case order = 0x6F72_6465_72
  case augmentation = 0x6175_676D
  case crop = 0x6372_6F70
  case mosaic = 0x6D6F_7361_6963
  case mixUp = 0x6D69_7875_70
  case copyPaste = 0x7061_7374_65
  case rotation = 0x726F_7461_7465
  case blur = 0x626C_7572
  case side = 0x7369_6465
  case batchSide = 0x6273_6964_65
  case repeats = 0x7265_7065_6174
}

/// The random numbers of one place in an epoch: they follow from the seed and the place alone.
///
/// Each variation has a stream of its own, so that none shifts the numbers of the others.
struct SampleDraws: Sendable {
  /// The run's seed.
  var seed: UInt64
  /// The epoch, from 0.
  var epoch: Int
  /// The place in the epoch, from 0.
  var position: Int
  /// Which of the pictures that come together in the place; 0 is the one that it belongs to.
  var part = 0

  /// The numbers of one variation.
  func generator(_ stream: RandomStream) -> SplitMix64 {
    part == 0
      ? SplitMix64(mixing: seed, UInt64(epoch), stream.rawValue, UInt64(position))
      : SplitMix64(mixing: seed, UInt64(epoch), stream.rawValue, UInt64(position), UInt64(part))
  }

  /// The numbers of another place of the epoch.
  func atPosition(_ position: Int) -> SampleDraws {
    var draws = self
    draws.position = position
    return draws
  }

  /// The numbers of another picture in the same place.
  func part(_ number: Int) -> SampleDraws {
    var draws = self
    draws.part = number
    return draws
  }
}
