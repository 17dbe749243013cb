/// A name of a request by which its client and the log mean the same.
enum RequestID {
  /// The client's own name for a request, if it may stand in a header and a log, else a new one.
  ///
  /// - Parameter proposal: The header's value.
  /// - Returns: 1 to 64 plain characters.
  static func id(_ proposal: String?) -> String {
    if let proposal, (1...64).contains(proposal.utf8.count),
      proposal.utf8.allSatisfy({ isPlain($0) })
    {
      return proposal
    }
    let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "-_.:".utf8.contains(byte)
    }
  }
}
