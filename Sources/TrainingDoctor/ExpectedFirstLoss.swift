import DetectionModels
package import DetectionTraining
import Foundation

/// The classification loss of a network whose every logit is at the prior.
///
/// With π 0.01, α 0.25 and γ 2, an anchor of an object costs 0.25 · 0.99² · 4.605 = 1.128 and a background logit
/// 7.5e-7: a healthy run begins at 1.13 to 1.3. Plain cross entropy with the same prior begins at thousands.
package enum ExpectedFirstLoss {
  /// - Parameters:
  ///   - recipe: Loss and prior.
  ///   - foreground: Anchors of objects.
  ///   - background: Anchors of background.
  ///   - logits: Logits of an anchor.
  ///   - pictures: Pictures that these anchors are of.
  /// - Returns: The loss, divided as the recipe says.
  package static func value(
    _ recipe: TrainingRecipe,
    foreground: Double,
    background: Double,
    logits: Int,
    pictures: Double
  ) -> Double {
    let (positive, negative) = costs(recipe)
    let sum =
      foreground * positive + (foreground * Double(logits - 1) + background * Double(logits))
      * negative
    let divisor =
      switch recipe.loss.normalizer {
      case .batchForeground, .perImage: max(1, foreground)
      case .batchForegroundAndImages: foreground + pictures
      case .movingAverage: max(1, 0.9 * 100 + 0.1 * foreground)
      }
    return sum / divisor
  }

  /// What a logit at the prior costs where it is to be 1, and where it is to be 0.
  static func costs(_ recipe: TrainingRecipe) -> (positive: Double, negative: Double) {
    let p = recipe.model.priorProbability
    let (alpha, gamma) = (recipe.loss.alpha, recipe.loss.kind == .focal ? recipe.loss.gamma : 0)
    let (weight, other) = alpha < 0 ? (1, 1) : (alpha, 1 - alpha)
    return (
      -weight * pow(1 - p, gamma) * log(p), -other * pow(p, gamma) * log1p(-p)
    )
  }
}
