import DetectionDatasets
import DetectionInference
import DetectionModels
import Foundation
import Torch
import TorchNN

extension TrainingRun {
  /// So many steps in a row that cannot be taken are no accident any more.
  static let mostSkippedInARow = 10

  /// What is done about a step whose loss or gradient is not finite: the network stays as it was, the step is recorded,
  /// and the run goes on without it or stops.
  ///
  /// - Parameters:
  ///   - batch: The step's pictures.
  ///   - gradient: What came of them; it lies in the parameters.
  ///   - rate: The learning rate.
  /// - Returns: What to tell people.
  /// - Throws: ``TrainingError`` with the same words where the recipe says to stop, or too many were passed over.
  func passOver(
    _ batch: TrainingBatch,
    _ gradient: StepGradient,
    rate: Double
  ) throws -> String {
    let step = state.step + 1
    // Read before the gradient is forgotten; the buffers come back before the record is written.
    let norms = try LayerNorm.striking(optimizer.parameters)
    try buffers.restore()
    let inARow = (state.skippedInARow ?? 0) + 1
    let pictures = try workers.gather(Array(account(of: batch).utf8))
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
    let description =
      "step \(step): \(gradient.account), images \(pictures), learning rate \(rate); largest gradients: "
      + norms.map(\.description).joined(separator: ", ")
    guard recipe.onNonFinite == .stop || inARow >= Self.mostSkippedInARow else {
      state.skippedInARow = inARow
      // The first of a row tells what the others would.
      if inARow > 1 { return "\(description); the step was passed over" }
      return "\(description); the step was passed over; "
        + (try replayAdvice(batch, gradient, rate: rate))
    }
    let end =
      recipe.onNonFinite == .stop
      ? "the run stopped before it, and its state is saved"
      : "the \(inARow)th step in a row that is not finite: the run stopped"
    throw TrainingError(
      code: .nonFiniteLoss(step: step),
      message:
        "\(folder.url.path): \(description); \(end). Usual causes: a learning rate too high for the batch size "
        + "(optimizer.learningRatePer16Images), no prior (model.priorProbability), a picture or box that is broken. "
        + (try replayAdvice(batch, gradient, rate: rate))
    )
  }

  /// Records the step and says how to see it again.
  private func replayAdvice(
    _ batch: TrainingBatch,
    _ gradient: StepGradient,
    rate: Double
  ) throws -> String {
    let url = folder.nonFinite(step: state.step + 1, worker: workers.count > 1 ? workers.rank : nil)
    do {
      try record(batch, gradient, rate: rate, to: url)
    } catch {
      // The reason for the stop is worth more than the record.
      return "What is needed to see it again could not be written: \(error)"
    }
    return "See it again with focal train --replay \(url.path)"
  }

  /// The pictures by number and name, and those alone of which the network makes no numbers.
  private func account(of batch: TrainingBatch) throws -> String {
    let images = try Tensor.channelsLast(
      nhwc: batch.pixels,
      images: batch.count,
      height: batch.height,
      width: batch.width,
      channels: 3
    )
    // One at a time with the running statistics: in training, batch norm spreads a fault over the batch.
    let broken = try (0..<batch.count).filter { picture in
      let outputs = try precision.inference {
        try model(images.narrow(dim: 0, start: picture, length: 1), mode: .inference)
      }
      return try ![outputs.logits, outputs.deltas].allSatisfy {
        try $0.isAllFinite
      }
    }
    func list(_ pictures: some Sequence<Int>) -> String {
      pictures.map { "\(batch.imageIDs[$0]) (\(batch.origins[$0].name))" }.joined(separator: ", ")
    }
    let all = list(0..<batch.count)
    if broken.isEmpty { return all }
    if broken.count == batch.count { return "\(all) (each alone is not finite either)" }
    return "\(all) (alone not finite: \(list(broken)))"
  }
}

extension StepGradient {
  /// What is not finite.
  fileprivate var account: String {
    let parts = [
      ("classification loss", classification), ("box loss", box), ("gradient norm", norm),
    ]
    .map { "\($0.0) \($0.1.isNaN ? "nan" : "\(Float($0.1))")" }
    return
      "the \(faults.joined(separator: " and the ")) is not finite (\(parts.joined(separator: ", ")))"
  }
}
