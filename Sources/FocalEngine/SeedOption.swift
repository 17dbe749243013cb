import ArgumentParser

/// The seed of what is drawn by lot.
enum SeedOption {
  static func seed(from text: String) throws -> UInt64 {
    guard let seed = UInt64(text) else {
      throw ValidationError("expected a whole number, 0 or more")
    }
    return seed
  }
}
