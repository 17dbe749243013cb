import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

/// What one run wrote.
struct LossApplyOutcome {
  let loss: Tensor
  let gradient: Tensor
  let run: FocalProcess
}

/// Writes the input of `focal loss apply`.
func writeLossInput(_ logits: Tensor, _ targets: [Int64], to folder: TemporaryFolder) throws
  -> String
{
  let path = folder.path("in-\(UUID().uuidString).safetensors")
  try SafetensorsFile.write(
    [
      NamedTensor(name: "logits", tensor: logits),
      NamedTensor(name: "targets", tensor: try Tensor(targets, shape: [targets.count])),
    ],
    to: URL(fileURLWithPath: path)
  )
  return path
}

/// Runs `focal loss apply` and reads what it wrote.
func applyLoss(
  _ arguments: String,
  logits: Tensor,
  targets: [Int64],
  in folder: TemporaryFolder,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> LossApplyOutcome {
  let input = try writeLossInput(logits, targets, to: folder)
  let output = folder.path("out-\(UUID().uuidString).safetensors")
  let run = try FocalProcess(
    ["loss", "apply", "--input", input, "--output", output]
      + arguments.split(separator: " ").map(String.init)
  )
  try #require(run.status == 0, "\(arguments)\n\(run.error)", sourceLocation: sourceLocation)
  #expect(run.error.isEmpty, sourceLocation: sourceLocation)
  let file = try SafetensorsFile(contentsOf: URL(fileURLWithPath: output))
  return LossApplyOutcome(
    loss: try file.tensor(named: "loss"),
    gradient: try file.tensor(named: "gradient"),
    run: run
  )
}

/// Writes tensors that `focal loss apply` may not like.
func writeTensors(_ tensors: [(String, Tensor)], in folder: TemporaryFolder) throws -> String {
  let path = folder.path("bad.safetensors")
  try SafetensorsFile.write(
    tensors.map { NamedTensor(name: $0.0, tensor: $0.1) },
    to: URL(fileURLWithPath: path)
  )
  return path
}
