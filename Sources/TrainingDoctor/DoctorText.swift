/// Numbers and lists as findings have them.
enum DoctorText {
  /// The most places that a finding lists.
  static let mostPlaces = 5

  static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 || tenths > 200
      ? "\((tenths + 5) / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }

  static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
  }

  /// In MiB below 10 GiB, else in GiB.
  static func bytes(_ count: Int) -> String {
    count < 10 << 30 ? "\((count + (1 << 20) - 1) >> 20) MiB" : "\(count >> 30) GiB"
  }

  /// At most three digits that count.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    var scale = 1.0
    while abs(value) * scale < 100 { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    return abs(rounded) >= 100 && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }

  static func quoted(_ names: some Collection<String>) -> String {
    let shown = names.prefix(mostPlaces).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.count > mostPlaces ? "\(shown), … (\(names.count) in all)" : shown
  }
}
