import ArgumentParser
import CommandConsole
import DetectionModels
import Foundation
import ModelExport
import Torch

/// `focal export`: a model as a graph that other programs run.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model as ONNX or TorchScript, from normalised pictures to detections.",
    discussion: """
      Examples:
        focal export --model best.safetensors --format onnx --out detector.onnx
        focal export --model best.safetensors --format torchscript \\
          --out detector.pt --verify pictures/
        focal export --model best.safetensors --format onnx --out detector.onnx \\
          --verify 'pictures/*.jpg' \\
          --onnxruntime .venv/lib/python3.11/site-packages/onnxruntime

      --verify runs the file that was written and compares its detections with the model's own: boxes within 0.5 pixels,
      scores within 0.001, else the exit status is 1. TorchScript is run by LibTorch; ONNX by ONNX Runtime, whose library
      is looked for on the loader's path and in the Python environment that is active, or where --onnxruntime says.
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String

  @Option(help: "The format: onnx or torchscript.")
  var format: ExportFormat

  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var out: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Compare with the model's own detections in these pictures, folders or patterns.",
      valueName: "input"
    )
  )
  var verify: [String] = []

  @Option(
    help: ArgumentHelp("ONNX Runtime's library, or the folder that holds it.", valueName: "path")
  )
  var onnxruntime: String?

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func validate() throws {
    guard onnxruntime == nil || (format == .onnx && !verify.isEmpty) else {
      throw ValidationError("--onnxruntime: is for --format onnx with --verify")
    }
  }

  func run() throws {
    let pictures = verify.isEmpty ? [] : try PictureList.pictures(in: verify)
    try checkOut(pictures)
    let network = try ModelFile.model(contentsOf: URL(fileURLWithPath: model))
    let url = FileFailure.goal(ofWriting: out)
    try ModelExporter.write(network, as: format, to: url)
    let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int ?? 0
    guard !pictures.isEmpty else { return try print(bytes: size, nil) }
    var verification = ExportVerification(network, pictures, isQuiet: quiet)
    try verification.run(exported(at: url))
    try print(bytes: size, verification)
    try verification.check(out)
  }

  /// Told before the work and not after it.
  private func checkOut(_ pictures: [Picture]) throws {
    if let obstacle = FileFailure.obstacle(toWriting: out) {
      throw CommandFailure.failed("\(out): cannot be written: \(obstacle)")
    }
    if let file = FileIdentity(path: out),
      (pictures.map(\.url.path) + [model]).contains(where: { FileIdentity(path: $0) == file })
    {
      throw CommandFailure.failed(
        "\(out): is a picture or the model itself; name another file with --out"
      )
    }
  }

  private func exported(at url: URL) throws -> ExportedModel {
    switch format {
    case .torchscript: return try ExportedModel(torchScript: url)
    case .onnx:
      guard let runtime = try ONNXRuntime.find(onnxruntime) else {
        throw CommandFailure.failed(
          "\(out): is written, but not verified: no ONNX Runtime is at hand; install it (pip install onnxruntime) "
            + "and say where with --onnxruntime, as .venv/lib/python3.11/site-packages/onnxruntime"
        )
      }
      return try ExportedModel(onnx: url, runtime: runtime)
    }
  }

  private func print(bytes: Int, _ verification: ExportVerification?) throws {
    if json {
      try JSONLine.print(
        Summary(format: format, out: out, bytes: bytes, verification: verification?.summary)
      )
      return
    }
    let megabytes = ProgressLine.decimals(Double(bytes) / 1e6, 1)
    try StandardOutput.print("\(PlainText.escaped(out)): \(format.rawValue), \(megabytes) MB")
    if let verification { try StandardOutput.print(verification.text) }
  }

  private struct Summary: Encodable {
    let format: ExportFormat
    let out: String
    let bytes: Int
    let verification: ExportVerification.Summary?
  }
}

extension ExportFormat: ExpressibleByArgument {}
