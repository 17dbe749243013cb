/// One value of a metrics line: a number, an integer, a text or a yes/no.
///
/// Integers and numbers stay apart through a file: 3 is written `3`, 3.0 is written `3.0`.
package enum MetricValue: Hashable, Sendable {
  case number(Double)
  case integer(Int)
  case text(String)
  case flag(Bool)

  /// The value on the number line; `nil` for texts and flags.
  package var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .text, .flag: nil
    }
  }
}

extension MetricValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral
{
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(stringLiteral value: String) { self = .text(value) }
  package init(booleanLiteral value: Bool) { self = .flag(value) }
}
