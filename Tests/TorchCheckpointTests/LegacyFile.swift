/// Files in the legacy form.
enum LegacyFile {
  static let magic: [UInt8] =
    [0x80, 2, 0x8A, 10] + [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19] + [0x2E]

  static let head =
    magic + Pickle.complete([0x4D, 0xE9, 0x03])
    + Pickle.complete(
      Pickle.dict(("protocol_version", Pickle.integer(1001)), ("little_endian", Pickle.true))
    )

  /// A checkpoint of a value and storages of floats.
  static func bytes(
    _ value: [UInt8],
    storages: [(key: String, floats: [Float])] = []
  ) -> [UInt8] {
    let keys = Pickle.emptyList + Pickle.mark + storages.flatMap { Pickle.text($0.key) }
    var result = head + Pickle.complete(value) + Pickle.complete(keys + Pickle.appends)
    for storage in storages {
      result += littleEndian(storage.floats.count, 8)
      result += floatBytes(storage.floats)
    }
    return result
  }
}
