import Foundation

extension DatasetDivision.Share {
  /// Longest name; a file's name has 255 bytes at most on the usual file systems.
  private static let longestName = 60

  /// Reads shares as they are written on a command line.
  /// - Parameter text: `train=0.8,val=0.1,test=0.1`.
  /// - Returns: The shares in their order.
  /// - Throws: ``DatasetError`` that says which share is at fault, and why.
  package static func shares(parsing text: String) throws(DatasetError) -> [Self] {
    func fault(_ message: String) -> DatasetError {
      DatasetError(.invalidSpecification, file: "--fractions", message: message)
    }
    var shares: [Self] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: "=", omittingEmptySubsequences: false)
      guard fields.count == 2 else {
        throw fault("\(quoted(String(part))): expected a name and a share, as in train=0.8")
      }
      let name = String(fields[0])
      guard let fraction = Double(fields[1]), fraction > 0, fraction <= 1 else {
        throw fault("\(quoted(String(part))): expected a share above 0, and at most 1")
      }
      guard (1...longestName).contains(name.count),
        name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
      else {
        throw fault(
          "the name \(quoted(name)) becomes that of a file; expected 1 to \(longestName) letters, "
            + "digits, - and _"
        )
      }
      if let other = shares.first(where: { $0.name.lowercased() == name.lowercased() }) {
        throw fault(
          other.name == name
            ? "the name \(quoted(name)) stands twice; expected once"
            : "\(quoted(other.name)) and \(quoted(name)) are one file where case does not count; "
              + "rename one"
        )
      }
      shares.append(Self(name: name, fraction: fraction))
    }
    let sum = shares.reduce(0) { $0 + $1.fraction }
    guard abs(sum - 1) < 1e-6 else {
      throw fault("the shares must be 1 together, found \((sum * 1e6).rounded() / 1e6)")
    }
    return shares
  }
}
