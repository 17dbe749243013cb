import Foundation

/// What the machine calls itself.
package enum Machine {
  /// The processor's name, where the system tells it.
  package static var processorName: String {
    if let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) {
      for line in text.split(separator: "\n") where line.hasPrefix("model name") {
        if let colon = line.firstIndex(of: ":") {
          return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
      }
    }
    #if arch(arm64)
      return "arm64"
    #else
      return "x86_64"
    #endif
  }
}
