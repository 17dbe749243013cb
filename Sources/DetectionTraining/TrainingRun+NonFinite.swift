import DetectionDatasets
import DetectionInference
import DetectionModels
import Foundation
import Torch
import TorchNN

extension TrainingRun {
  /// So many steps in a row that cannot be taken are no accident any more.
  static let mostSkippedInARow = 10
  /// Of so many steps that were passed over a run keeps records, which hold a whole network each.
  static let mostRecordsOfSkipped = 5

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
  ) throws -> StepFault {
    let step = state.step + 1
    // Read before the gradient is forgotten; the buffers come back before the record is written.
    let norms = try LayerNorm.striking(optimizer.parameters)
    try buffers.restore()
    let inARow = (state.skippedInARow ?? 0) + 1
    let accounts = try workers.all(account(of: batch, gradient))
    let pictures = accounts.map(\.pictures).joined(separator: ", ")
    let advice = try replayAdvice(batch, gradient, rate: rate, accounts)
    let what = "step \(step): \(gradient.faults.joined(separator: ", ")) not finite"
    let details = [
      gradient.account, "\(pictures), learning rate \(Float(rate))",
      "largest gradients: " + norms.map(\.description).joined(separator: ", "),
    ]
    guard recipe.onNonFinite == .stop || inARow >= Self.mostSkippedInARow else {
      state.skippedInARow = inARow
      // The first of a row tells what to do, also about the others.
      return StepFault(
        message: "\(what): the step was passed over",
        details: (inARow > 1 ? [] : [advice]) + details
      )
    }
    let end =
      recipe.onNonFinite == .stop
      ? "the run stopped before it, and its state is saved"
      : "the \(inARow)th step in a row: the run stopped"
    throw TrainingError(
      code: .nonFiniteLoss(step: step),
      message: "\(folder.url.path): \(what): \(end)",
      details: [advice] + details + [
        "usual causes: a learning rate too high for the batch size (optimizer.learningRatePer16Images), no prior "
          + "(model.priorProbability), a picture or box that is broken"
      ]
    )
  }

  /// What a worker has to say of its share of the step.
  private struct Account: Codable {
    let isOwnFinite: Bool
    /// Whether some of its pictures alone are not finite.
    let hasBrokenPicture: Bool
    let pictures: String
  }

  /// Records the step where it went wrong, and says how to see it again.
  private func replayAdvice(
    _ batch: TrainingBatch,
    _ gradient: StepGradient,
    rate: Double,
    _ accounts: [Account]
  ) throws -> String {
    // Shared batch norm spreads a fault over all: a picture that is broken by itself tells more than a loss.
    let broken = accounts.indices.filter { accounts[$0].hasBrokenPicture }
    let own = accounts.indices.filter { !accounts[$0].isOwnFinite }
    let ranks = !broken.isEmpty ? broken : !own.isEmpty ? own : Array(accounts.indices)
    func url(_ rank: Int) -> URL {
      folder.nonFinite(step: state.step + 1, worker: workers.count > 1 ? rank : nil)
    }
    var fault = ""
    if ranks.contains(workers.rank) {
      // The reason for the stop is worth more than the record.
      let known = recipe.onNonFinite == .skip ? folder.nonFiniteCount : 0
      if known >= Self.mostRecordsOfSkipped {
        fault = "\(known) records of earlier steps are in \(folder.url.path) already"
      } else {
        do { try record(batch, gradient, rate: rate, to: url(workers.rank)) } catch {
          fault = "\(error)"
        }
      }
    }
    let faults = try workers.all(fault).filter { !$0.isEmpty }
    if let first = faults.first {
      return "what is needed to see it again was not written: \(first)"
    }
    return "see it again with "
      + ranks.map { "focal train --replay \(url($0).path)" }.joined(separator: " or ")
  }

  /// The pictures by number and name, and those alone of which the network makes no numbers.
  private func account(of batch: TrainingBatch, _ gradient: StepGradient) throws -> Account {
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
    let all = "images \(list(0..<batch.count))"
    let pictures =
      broken.isEmpty
      ? all
      : broken.count == batch.count
        ? "\(all) (each alone is not finite either)"
        : "alone not finite: \(list(broken)), of \(all)"
    return Account(
      isOwnFinite: gradient.isOwnFinite,
      hasBrokenPicture: !broken.isEmpty,
      pictures: pictures
    )
  }
}

extension StepGradient {
  /// What the losses and the gradient are.
  fileprivate var account: String {
    [("classification loss", classification), ("box loss", box), ("gradient norm", norm)]
      .map { "\($0.0) \($0.1.isNaN ? "nan" : "\(Float($0.1))")" }.joined(separator: ", ")
  }
}
