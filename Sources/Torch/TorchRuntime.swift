import CTorch

/// The engine as a whole: what it is, what this machine offers it, its threads and memory.
public enum TorchRuntime {
  /// The version of LibTorch that this package was built against.
  public static var version: String { String(cString: ct_version()) }

  /// The widest vector instructions that LibTorch uses here: `AVX512`, `AVX2`, `DEFAULT`.
  public static var cpuCapability: String { String(cString: ct_cpu_capability()) }

  /// Whether this CPU multiplies `.bfloat16` matrices faster than `.float32` (avx512_bf16, AMX, Arm
  /// bf16), asked of the CPU at run time.
  public static var hasFastBFloat16: Bool {
    var answer = false
    let status = ct_has_fast_bfloat16(&answer)
    ct_message_free(status.message)
    return status.code == CT_OK && answer
  }

  /// Whether the loaded LibTorch has CUDA and a device for it.
  public static var isCUDAAvailable: Bool { ct_cuda_available() }

  /// How many threads an operation called from this thread uses.
  public static var threads: Int { ct_threads() }

  /// Sets how many threads an operation uses.
  ///
  /// LibTorch runs on OpenMP, whose count belongs to the calling thread: other threads that have
  /// used LibTorch already keep theirs. Set it first thing in the process, and again on each thread
  /// of one's own that makes LibTorch calls; a Swift task may move between threads, so long-running
  /// tensor work belongs on a thread or an executor of its own.
  /// - Parameter count: The number, at least 1.
  /// - Throws: ``TorchError`` if LibTorch refuses.
  public static func setThreads(_ count: Int) throws(TorchError) {
    precondition(count >= 1, "an operation needs a thread")
    try call("setThreads", []) { ct_set_threads(count) }
  }

  /// Seeds LibTorch's global generators.
  ///
  /// Nothing in this package draws from them; they matter to operations that are random themselves.
  /// - Parameter seed: The seed.
  /// - Throws: ``TorchError`` if LibTorch refuses.
  public static func setSeed(_ seed: UInt64) throws(TorchError) {
    try call("setSeed", []) { ct_seed(seed) }
  }

  /// The state of LibTorch's global generator for the CPU.
  /// - Returns: Bytes for ``setRandomState(_:)``.
  /// - Throws: ``TorchError`` if memory runs out.
  public static func randomState() throws(TorchError) -> [UInt8] {
    try result("randomState", []) { ct_random_state($0) }.bytes()
  }

  /// Puts LibTorch's global generator for the CPU back into a state.
  /// - Parameter state: What ``randomState()`` gave.
  /// - Throws: ``TorchError`` if these are not such bytes.
  public static func setRandomState(_ state: [UInt8]) throws(TorchError) {
    let bytes = try Tensor(state)
    try call("setRandomState", [bytes]) { ct_set_random_state(bytes.handle) }
  }

  /// Whether operations without a deterministic form throw.
  public static var isDeterministic: Bool { ct_deterministic() }

  /// Demands the same bits from the same calls on the same machine with as many threads.
  /// - Parameter deterministic: Whether to demand it.
  /// - Throws: ``TorchError`` if LibTorch refuses.
  public static func setDeterministic(_ deterministic: Bool) throws(TorchError) {
    try call("setDeterministic", []) { ct_set_deterministic(deterministic) }
  }

  /// Keeps the memory of freed tensors for the next ones, from now on and on every thread.
  ///
  /// Without it, the C library maps, clears and unmaps large tensors anew at each operation. What
  /// waits is never more than living tensors once held together (or 256 MiB). Call it first thing.
  public static func keepFreedMemory() { ct_keep_freed_memory() }

  /// Gives the memory that ``keepFreedMemory()`` holds back to the system.
  public static func releaseFreedMemory() { ct_release_freed_memory() }

  /// How many bytes of freed tensors wait for the next ones.
  public static var keptBytes: Int { ct_kept_bytes() }

  /// The greatest memory that this process has occupied, in bytes; 0 where it cannot be asked.
  public static var peakResidentBytes: Int { ct_peak_resident_bytes() }
}
