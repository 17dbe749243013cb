/// Why a step was not taken, as people are told.
package struct StepFault: Hashable, Sendable, CustomStringConvertible {
  /// What happened: one short line.
  package let message: String
  /// What to do, then what else is known: one line each.
  package let details: [String]

  /// One line.
  package var description: String { "\(message); \(details.joined(separator: "; "))" }
}
