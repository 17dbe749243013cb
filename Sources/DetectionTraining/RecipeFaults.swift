import Yams

/// Where the keys of a recipe were written.
enum RecipeSource {
  case file(String)
  /// On the command line, where there are no lines.
  case option(String)

  /// The file or the option.
  var place: String {
    switch self {
    case .file(let name), .option(let name): name
    }
  }

  /// A line as the beginning of what is wrong there; empty where it is not known.
  func told(_ line: Int?) -> String {
    if case .file = self, let line { "line \(line): " } else { "" }
  }
}

/// What is wrong with the keys of a recipe, gathered so that it can be mended at once.
struct RecipeFaults {
  /// More are counted: whoever gave another framework's file needs no hundred lines.
  static let mostTold = 10

  private let source: RecipeSource
  private var told: [String] = []
  private var count = 0

  init(_ source: RecipeSource) { self.source = source }

  /// Adds a fault.
  ///
  /// - Parameters:
  ///   - mark: Where it stands; `nil` where that is not known.
  ///   - words: Key, found and expected, in one line.
  mutating func add(_ mark: Mark?, _ words: @autoclosure () -> String) {
    count += 1
    if count <= Self.mostTold { told.append(source.told(mark?.line) + words()) }
  }

  /// All of them; `nil` where there is none.
  var error: RecipeError? {
    guard let first = told.first else { return nil }
    if count == 1 { return RecipeError(place: source.place, message: first) }
    return RecipeError(
      place: source.place,
      message: "\(count) keys cannot be taken",
      faults: told + (count > told.count ? ["and \(count - told.count) more"] : [])
    )
  }
}
