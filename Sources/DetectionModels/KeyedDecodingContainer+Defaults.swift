extension KeyedDecodingContainer {
  /// Replaces a default by the value of a key that files of older releases lack, if it is there and not null.
  func update<Value: Decodable>(_ value: inout Value, forKey key: Key) throws {
    if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
  }
}
