import ArgumentParser
import CommandConsole
import DetectionReport
import FileErrors
import FocalLossReference
import Foundation

/// `focal loss curves`: the paper's figures of the losses.
struct LossCurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curves",
    abstract: "Draw the losses and their gradients, as in the paper's figures 1, 5 and 6.",
    discussion: """
      Examples:
        focal loss curves
        focal loss curves --out figures --gammas 0,1,2
        focal loss curves --alpha 0.25 --json

      Writes each figure as PNG and as SVG. --gammas are those of figure 1; figures 5 and 6 compare the paper's own \
      settings. The curves are an example's that is an object; --alpha weighs them all.
      """
  )

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir"))
  var out: String = "loss-curves"

  @Option(
    parsing: .unconditional,
    help: "The focusing parameters of figure 1, up to 8, 0 to 10000. (default: 0,0.5,1,2,5)",
    transform: Self.gammas(from:)
  )
  var gammas: [Double] = [0, 0.5, 1, 2, 5]

  @Option(parsing: .unconditional, help: "The weight of objects, 1e-6 to 1, or none.")
  var alpha: AlphaOption = .alike

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No names of files; errors and what --json asks for only.")
  var quiet = false

  private static func gammas(from text: String) throws -> [Double] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.map { Double($0) }
    guard values.allSatisfy({ $0.map { SigmoidFocalReference.gammaRange.contains($0) } ?? false })
    else {
      throw ValidationError("expected numbers from 0 to 10000, separated by commas")
    }
    let ascending = Set(values.compactMap { $0 }).sorted()
    guard (1...8).contains(ascending.count) else {
      throw ValidationError("expected 1 to 8 numbers, found \(ascending.count)")
    }
    return ascending
  }

  func validate() throws {
    switch alpha {
    case .alike: return
    // With no weight at all there would be no curves.
    case .one(let value) where value >= 1e-6 && value <= 1: return
    case .one(let value): throw ValidationError("--alpha \(value): expected 1e-6 to 1, or none")
    case .each: throw ValidationError("--alpha: expected one number, or none")
    }
  }

  func run() throws {
    try FileFailure.check(folder: out)
    let weight: Double? = if case .one(let value) = alpha { value } else { nil }
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.failed(
        "\(out): the folder cannot be made: \(FileReason(error))"
      )
    }
    var files: [String] = []
    for figure in LossCurves.figures(gammas: gammas, alpha: weight) {
      let contents = [
        ("png", Data(try figure.figure.png())), ("svg", Data(figure.figure.svg().utf8)),
      ]
      for (ending, data) in contents {
        let file = folder.appendingPathComponent("\(figure.name).\(ending)")
        try FileFailure.write(data, to: file.path)
        files.append(file.path)
      }
    }
    if json {
      try JSONLine.print(Figures(files: files, gammas: gammas, alpha: weight))
    } else if !quiet {
      try StandardOutput.print(files.joined(separator: "\n"))
    }
  }

  private struct Figures: Encodable {
    let files: [String]
    let gammas: [Double]
    let alpha: Double?
  }
}
