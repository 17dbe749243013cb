import ArgumentParser

/// One of a library's named values as an option; its names are those of files and recipes.
struct Choice<Value>: ExpressibleByArgument
where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  let value: Value

  init(_ value: Value) { self.value = value }

  init?(argument: String) {
    guard let value = Value(rawValue: argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.rawValue }

  static var allValueStrings: [String] { Value.allCases.map(\.rawValue) }
}
