import ArgumentParser

/// One of a library's named values as an option; its names are those of files and recipes.
package struct Choice<Value>: ExpressibleByArgument
where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  package let value: Value

  package init(_ value: Value) { self.value = value }

  package init?(argument: String) {
    guard let value = Value(rawValue: argument) else { return nil }
    self.value = value
  }

  package var defaultValueDescription: String { value.rawValue }

  package static var allValueStrings: [String] { Value.allCases.map(\.rawValue) }
}
