import CTorch

extension TorchRuntime {
  /// The most bytes that tensors occupied at once while something was done, less what they did before.
  ///
  /// It counts what the calling thread allocates and frees in main memory.
  /// - Parameter body: What is done.
  /// - Returns: Bytes, each tensor's as it asked for them.
  /// - Throws: What `body` throws; ``TorchError`` if memory runs out.
  package static func peakAllocation(during body: () throws -> Void) throws -> Int {
    var watch: OpaquePointer?
    try call("peakAllocation", []) { ct_allocation_watch_begin(&watch) }
    guard let watch else { return 0 }
    let outcome = Result { try body() }
    let peak = ct_allocation_watch_end(watch)
    try outcome.get()
    return peak
  }
}
