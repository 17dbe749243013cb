/// A time as people say it: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`.
enum DurationText {
  static func text(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return NumberText.notAvailable }
    let whole = Int(max(seconds, 0).rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<600: return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s"
    case ..<3600: return "\(whole / 60) min"
    case ..<86_400:
      let minutes = whole / 60 % 60
      return minutes == 0 ? "\(whole / 3600) h" : "\(whole / 3600) h \(minutes) min"
    default:
      let hours = whole / 3600 % 24
      return hours == 0 ? "\(whole / 86_400) d" : "\(whole / 86_400) d \(hours) h"
    }
  }
}
