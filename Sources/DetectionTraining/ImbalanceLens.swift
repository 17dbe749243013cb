package import BoxGeometry
package import DetectionAnalysis
package import DetectionModels
import Foundation
package import RunLogs
package import Torch

/// Looks at the logits of some steps: who carries the classification loss, and what that says about the recipe.
///
/// A step tells it of every part that it computes, and what is seen adds up: over parts, and over workers.
package final class ImbalanceLens {
  private let section: TrainingRecipe.LensSection
  private let configuration: RetinaNetConfiguration
  private let setting: ImbalanceFigures.Setting
  private let workers: any WorkerGroup
  private let folder: RunFolder

  /// The newest looks, oldest first.
  private var looks: [ImbalanceFigures]

  /// The step that is looked at; 0 for none.
  private var step = 0
  private var margins: MarginHistogram?
  private var saved: SavedLogits?
  private var seconds = 0.0

  /// - Parameters:
  ///   - recipe: How often to look, and the loss.
  ///   - configuration: Of the model.
  ///   - folder: Where logits are saved.
  ///   - workers: Who shares the work.
  ///   - earlier: What the run's log holds already.
  package init(
    _ recipe: TrainingRecipe,
    configuration: RetinaNetConfiguration,
    folder: RunFolder,
    workers: any WorkerGroup,
    earlier: [MetricsEntry]
  ) {
    section = recipe.lens
    (self.configuration, self.folder, self.workers) = (configuration, folder, workers)
    setting = ImbalanceFigures.Setting(
      gamma: recipe.loss.kind == .focal ? recipe.loss.gamma : 0,
      alpha: recipe.loss.alpha < 0 ? nil : recipe.loss.alpha,
      priorProbability: recipe.model.priorProbability
    )
    // Older logs have figures of steps that were passed over, too: those of no loss at all.
    looks = earlier.filter { $0["isSkipped"] != true }
      .compactMap { entry in ImbalanceFigures { entry[$0]?.number } }
      .suffix(ImbalanceAdvice.mostLooks)
  }

  /// What the newest looks say; `nil` before the first.
  package var advice: ImbalanceAdvice? { ImbalanceAdvice(looks) }

  /// Begins a step.
  ///
  /// - Parameter step: Counted from 1. The first is looked at, and every one whose number can be divided by the
  ///   recipe's interval.
  package func begin(step: Int) {
    self.step = step
    let isDue =
      section.everySteps > 0
      && (step == 1 || step.isMultiple(of: section.everySteps) || step == section.saveLogitsAtStep)
    margins = isDue ? MarginHistogram() : nil
    saved =
      step == section.saveLogitsAtStep
      ? SavedLogits(columnCount: configuration.logitsPerAnchor) : nil
    seconds = 0
  }

  /// Looks at a part of the step.
  ///
  /// - Parameters:
  ///   - logits: Shape [N, R, L].
  ///   - targets: Of the N pictures.
  /// - Throws: `TorchError` if memory runs out.
  package func look(at logits: Tensor, targets: [AnchorTargets]) throws {
    guard margins != nil || saved != nil else { return }
    let began = ContinuousClock.now
    let plain = try logits.detach().to(.cpu)
    let isKnown = plain.dtype == .float32 || plain.dtype == .bfloat16
    let table = try (isKnown ? plain : plain.to(.float32)).contiguous()
    try saved?.append(
      table,
      targets: targets,
      shift: configuration.classLayout.backgroundLogits
    )
    try count(table, targets)
    seconds += (ContinuousClock.now - began) / .seconds(1)
  }

  private func count(_ table: Tensor, _ targets: [AnchorTargets]) throws {
    guard var counted = margins else { return }
    margins = nil
    let (columns, rows) = (table.shape[2], table.shape[1])
    let format = table.dtype == .float32 ? MarginHistogram.LogitFormat.float32 : .bfloat16
    let threads = TorchRuntime.threads
    func insert(_ bytes: UnsafeRawBufferPointer, _ classes: [Int32], weight: Double) {
      counted.insert(
        logits: bytes,
        format: format,
        classIndices: classes,
        columnCount: columns,
        firstColumn: configuration.classLayout.backgroundLogits,
        weight: weight,
        threads: threads
      )
    }
    try table.withUnsafeBytes { bytes in
      guard configuration.loss.normalizer == .perImage else {
        insert(bytes, targets.flatMap(\.classIndices), weight: 1)
        return
      }
      // Each picture's loss is divided by its own foreground anchors.
      let size = rows * columns * format.byteCount
      for (picture, target) in targets.enumerated() {
        insert(
          UnsafeRawBufferPointer(rebasing: bytes[(picture * size)..<((picture + 1) * size)]),
          target.classIndices,
          weight: 1 / Double(max(1, target.foregroundAnchors.count))
        )
      }
    }
    margins = counted
  }

  /// Ends looking at the step; every worker calls it.
  ///
  /// - Returns: What was seen, for ``keep(_:)``; `nil` where nobody looked.
  /// - Throws: `SafetensorsError` if logits cannot be saved; errors of the other workers.
  package func finish() throws -> ImbalanceLook? {
    try saveLogits()
    guard let own = margins else { return nil }
    let began = ContinuousClock.now
    margins = nil
    let all =
      workers.count == 1 ? own : MarginHistogram(summands: try workers.sum(own.summands))
    let figures = ImbalanceFigures(of: all, setting: setting)
    seconds += (ContinuousClock.now - began) / .seconds(1)
    return ImbalanceLook(figures: figures, seconds: seconds)
  }

  /// Takes up what was seen in a step that was taken: ``advice`` follows from it.
  ///
  /// A step that is passed over has no loss to share out; its look is forgotten.
  ///
  /// - Parameter look: What ``finish()`` returned.
  package func keep(_ look: ImbalanceLook?) {
    guard let look else { return }
    looks = (looks + [look.figures]).suffix(ImbalanceAdvice.mostLooks)
  }

  private func saveLogits() throws {
    guard let saved else { return }
    self.saved = nil
    try saved.write(
      to: folder.logits(ofStep: step),
      workers: workers,
      words: [
        "format": "focal-logits", "step": "\(step)", "gamma": "\(setting.gamma)",
        "alpha": "\(setting.alpha ?? -1)", "normalizer": configuration.loss.normalizer.rawValue,
        "priorProbability": "\(setting.priorProbability)",
      ]
    )
  }
}

/// What the lens saw in one step.
package struct ImbalanceLook: Sendable, Hashable {
  package let figures: ImbalanceFigures
  /// What looking took of the step.
  package let seconds: Double
}
