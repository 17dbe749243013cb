import Foundation

/// Progress on standard error: a bar with rate and remaining time on a terminal, a plain line now and then elsewhere.
package struct ProgressLine {
  private let title: String
  private let total: Int
  private let unit: String
  private let isQuiet: Bool
  private let started = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var startCount = 0

  /// - Parameters:
  ///   - title: What is being done.
  ///   - total: The count at the end.
  ///   - unit: What is counted, in the plural.
  ///   - startingAt: The count when the clock starts: what a resumed job had done before.
  ///   - isQuiet: Draws nothing.
  package init(_ title: String, total: Int, unit: String, startingAt: Int = 0, isQuiet: Bool) {
    self.title = title
    self.total = total
    self.unit = unit
    startCount = startingAt
    self.isQuiet = isQuiet
  }

  /// Shows a count; redraws at most ten times a second on a terminal, elsewhere every ten seconds and later every minute.
  ///
  /// - Parameters:
  ///   - count: How many are done.
  ///   - details: What else to say, the most important first; on a terminal, what no longer fits the line is left out.
  package mutating func update(_ count: Int, details: [String] = []) {
    guard !isQuiet else { return }
    let now = ContinuousClock.now
    let plainPause: Duration =
      now - started < .seconds(60)
      ? .seconds(10) : now - started < .seconds(600) ? .seconds(30) : .seconds(60)
    let pause: Duration = Console.isTerminal ? .milliseconds(100) : plainPause
    if let lastDrawn, now - lastDrawn < pause, count < total { return }
    if lastDrawn == nil, !Console.isTerminal, count < total {
      lastDrawn = now
      return
    }
    lastDrawn = now
    draw(count, details: details, now: now)
  }

  /// Takes the bar off the terminal, so that what is printed next starts on a clean line.
  package func clear() {
    if !isQuiet, Console.isTerminal { Console.write("\r\u{1B}[2K") }
  }

  private func draw(_ count: Int, details: [String], now: ContinuousClock.Instant) {
    let seconds = Self.seconds(now - started)
    let rate = seconds > 0 ? Double(count - startCount) / seconds : 0
    let remaining = rate > 0 ? Double(total - count) / rate : 0
    let figures = [
      "\(count)/\(total) \(unit)", "\(Self.rate(rate))/s",
      count < total ? Self.clock(remaining) + " left" : Self.clock(seconds),
    ]
    guard Console.isTerminal else {
      Console.note("\(title): \((figures + details).joined(separator: ", "))")
      return
    }
    let share = total > 0 ? Double(count) / Double(total) : 1
    Console.write(
      "\r\u{1B}[2K" + Self.line(title, share, figures + details, columns: Console.columns)
    )
  }

  /// A line with a bar that is no wider than the terminal: the bar has the room that is left, words that do not fit are left out from the end.
  package static func line(
    _ title: String,
    _ share: Double,
    _ parts: [String],
    columns: Int
  ) -> String {
    // The last column stays free: some terminals go to the next line behind it.
    let width = max(0, columns - 1)
    var kept = parts
    // Words before the bar: what is said of loss, waits and memory is worth more.
    while kept.count > 3, title.count + kept.joined(separator: ", ").count + 1 > width {
      kept.removeLast()
    }
    let text = kept.joined(separator: ", ")
    let room = min(30, width - title.count - text.count - 2)
    guard room >= 4 else { return String("\(title) \(text)".prefix(width)) }
    let filled = Int((min(max(share, 0), 1) * Double(room)).rounded(.down))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: room - filled)
    return "\(title) \(bar) \(text)"
  }

  package static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// 75 as 1:15, 3675 as 1:01:15.
  package static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds), 359_999))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    let tail = (rest < 10 ? "0" : "") + "\(rest)"
    return hours > 0
      ? "\(hours):" + (minutes < 10 ? "0" : "") + "\(minutes):\(tail)" : "\(minutes):\(tail)"
  }

  package static func rate(_ value: Double) -> String {
    value >= 100 ? "\(Int(value.rounded()))" : value >= 10 ? decimals(value, 1) : decimals(value, 2)
  }

  /// A number with so many places after the point, whatever the locale.
  package static func decimals(_ value: Double, _ places: Int) -> String {
    String(format: "%.\(places)f", locale: Locale(identifier: "en_US_POSIX"), value)
  }
}
