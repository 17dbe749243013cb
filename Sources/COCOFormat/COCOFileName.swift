/// The rule for names of pictures: relative, and never out of the image folder.
enum COCOFileName {
  /// Says what is wrong with a name.
  ///
  /// Both separators count on every platform, so that a file means the same everywhere.
  /// - Parameter name: The name as the file has it.
  /// - Returns: What was found, or `nil` if the name is a plain relative one.
  static func fault(in name: String) -> String? {
    guard !name.isEmpty else { return "an empty name" }
    guard !name.unicodeScalars.contains(where: { $0.value == 0 }) else {
      return "a name with a NUL"
    }
    let parts = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    if parts[0].isEmpty { return "an absolute path" }
    if parts.contains("..") { return "a path with \"..\"" }
    if parts.last == "." || parts.last?.isEmpty == true { return "the name of a folder" }
    return hasScheme(name) ? "an address or a drive letter" : nil
  }

  /// Whether a name starts as `file:`, `http://` or `C:\` do; `a:b.jpg` is a name.
  private static func hasScheme(_ name: String) -> Bool {
    guard let colon = name.firstIndex(of: ":"), name[..<colon].first?.isLetter == true,
      name[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
      )
    else { return false }
    let rest = name[name.index(after: colon)...]
    return name[..<colon].lowercased() == "file" || rest.hasPrefix("/") || rest.hasPrefix("\\")
  }
}
