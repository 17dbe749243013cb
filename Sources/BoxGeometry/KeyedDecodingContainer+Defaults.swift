extension KeyedDecodingContainer {
  /// Replaces a default by the value of a key, if the key is there and not null.
  func update<Value: Decodable>(_ value: inout Value, forKey key: Key) throws {
    if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
  }

  /// Throws the fault that a decoded value found in itself, at the key it names.
  func refuse(_ fault: (key: Key, message: String)?) throws {
    guard let fault else { return }
    throw DecodingError.dataCorrupted(
      DecodingError.Context(codingPath: codingPath + [fault.key], debugDescription: fault.message)
    )
  }
}
