import ArgumentParser
import FuzzRunning
import ImageFuzzing

/// Feeds damaged pictures to the decoders until something breaks, or a number of them.
@main
struct FuzzImages: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "FuzzImages",
    abstract: "Damaged JPEG, PNG and WebP files against the decoders.",
    discussion: """
      Examples:
        swift run -c release FuzzImages --count 1000000
        swift run -c release FuzzImages --only 4711 --folder findings

      A picture that crashes, takes longer than --seconds or more than --memory, or breaks a promise, is saved in \
      --folder as SEED-picture. Exit status 1 if there was one. Under the address sanitizer: --memory 0.
      """
  )

  @OptionGroup
  var options: FuzzOptions

  func run() throws { try options.search(ImageTrial.self) }
}

extension ImageTrial: FuzzCase {
  static var outcomes: [String] { ["refused by the header", "refused", "decoded"] }

  func outcome() throws -> Int {
    switch try run() {
    case .refusedByHeader: 0
    case .refused: 1
    case .decoded: 2
    }
  }

  var files: [(name: String, bytes: [UInt8])] { [("picture", bytes)] }
}
