package import Foundation

/// A time as people and programs read it, both of the universal clock.
package enum MomentText {
  /// `2026-11-22T00:31:25Z`.
  static func machine(_ date: Date) -> String { date.formatted(.iso8601) }

  /// `2026-11-22 00:31:25 UTC`.
  package static func reader(_ date: Date) -> String {
    machine(date).replacingOccurrences(of: "T", with: " ")
      .replacingOccurrences(of: "Z", with: " UTC")
  }
}
