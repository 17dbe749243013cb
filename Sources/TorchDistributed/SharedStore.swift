import CTorchDistributed
package import Torch

/// Keys and values that all processes of a job reach: how they find each other, and say why they end.
///
/// `@unchecked`: c10d's stores take one request at a time, whichever thread it comes from. A connection
/// that waits for a key keeps others waiting; ``connectedAgain()`` gives another.
package final class SharedStore: @unchecked Sendable {
  let handle: OpaquePointer

  private init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { ct_store_free(handle) }

  /// A store in one process's memory, which the others reach by TCP.
  ///
  /// - Parameters:
  ///   - host: The address of the process that keeps it.
  ///   - port: Where that process listens; 0 to have it choose a free one.
  ///   - isServer: Whether this is that process.
  ///   - patience: How long to try to connect, and to wait for a key, at most.
  /// - Returns: The store.
  /// - Throws: `TorchError` if it cannot listen, or nobody answers.
  package static func overTCP(
    host: String,
    port: UInt16,
    isServer: Bool,
    patience: Duration
  ) throws(TorchError) -> SharedStore {
    try made("overTCP") {
      ct_store_over_tcp(host, port, isServer, patience.milliseconds, $0)
    }
  }

  /// A store in a file that all processes see.
  ///
  /// - Parameters:
  ///   - path: The file; made by the first, removed by the last.
  ///   - workers: How many processes use it.
  ///   - patience: How long to wait for a key at most.
  /// - Returns: The store.
  /// - Throws: `TorchError` if the file cannot be used.
  package static func inFile(
    _ path: String,
    workers: Int,
    patience: Duration
  ) throws(TorchError) -> SharedStore {
    try made("inFile") { ct_store_in_file(path, workers, patience.milliseconds, $0) }
  }

  /// The same store by a connection of its own.
  ///
  /// - Throws: `TorchError` if nobody answers any more.
  package func connectedAgain() throws(TorchError) -> SharedStore {
    try Self.made("connectedAgain") { ct_store_clone(handle, $0) }
  }

  private static func made(
    _ operation: String,
    _ body: (UnsafeMutablePointer<OpaquePointer?>) -> ct_status
  ) throws(TorchError) -> SharedStore {
    var handle: OpaquePointer?
    try call(operation) { body(&handle) }
    return SharedStore(try present(handle, operation))
  }

  /// Where the serving process listens; 0 for a store in a file.
  package var port: UInt16 { ct_store_port(handle) }

  /// Gives a key its value.
  package func set(_ key: String, _ text: String) throws(TorchError) {
    let bytes = Array(text.utf8)
    try call("set") { ct_store_set(handle, key, bytes, bytes.count) }
  }

  /// Gives a key its value where nobody did before.
  package func setFirst(_ key: String, _ text: String) throws(TorchError) {
    let bytes = Array(text.utf8)
    try call("setFirst") { ct_store_set_first(handle, key, bytes, bytes.count) }
  }

  /// Whether somebody gave a key its value.
  package func has(_ key: String) throws(TorchError) -> Bool {
    var answer = false
    try call("has") { ct_store_has(handle, key, &answer) }
    return answer
  }

  /// The value of a key; waits for it.
  ///
  /// - Throws: `TorchError` if nobody gives it one in time, or the store is gone.
  package func value(_ key: String) throws(TorchError) -> String {
    var handle: OpaquePointer?
    try call("value") { ct_store_get(self.handle, key, &handle) }
    return try text(Tensor(owning: present(handle, "value")))
  }

  /// The values of keys that all have one.
  ///
  /// - Throws: `TorchError` if one has none, or the store is gone.
  package func values(_ keys: [String]) throws(TorchError) -> [String] {
    var handles = [OpaquePointer?](repeating: nil, count: keys.count)
    try call("values") {
      withCStrings(keys) { ct_store_get_each(handle, $0, keys.count, &handles) }
    }
    var values: [String] = []
    for handle in handles { values.append(try text(Tensor(owning: present(handle, "values")))) }
    return values
  }

  private func text(_ bytes: Tensor) throws(TorchError) -> String {
    String(decoding: try bytes.bytes(), as: UTF8.self)
  }
}

extension Duration {
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}

/// Lends strings to C, as an array of pointers.
private func withCStrings<Result>(
  _ strings: [String],
  _ body: (UnsafePointer<UnsafePointer<CChar>>) -> Result
) -> Result {
  let bytes = strings.map { Array($0.utf8CString) }
  func lend(_ index: Int, _ pointers: inout [UnsafePointer<CChar>]) -> Result {
    guard index < bytes.count else { return pointers.withUnsafeBufferPointer { lent($0) } }
    return bytes[index].withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("a C string has its zero") }
      pointers.append(start)
      return lend(index + 1, &pointers)
    }
  }
  func lent(_ buffer: UnsafeBufferPointer<UnsafePointer<CChar>>) -> Result {
    guard let start = buffer.baseAddress else { preconditionFailure("expected a key") }
    return body(start)
  }
  var pointers: [UnsafePointer<CChar>] = []
  return lend(0, &pointers)
}
