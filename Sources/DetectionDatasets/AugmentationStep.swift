import Foundation

/// One thing that was done to a training picture, for people to read.
package enum AugmentationStep: Hashable, Sendable {
  /// To a short side that was drawn, in pixels.
  case resized(shortSide: Int)
  case flippedHorizontally
  case flippedVertically
  /// Clockwise, by so many right angles.
  case turned(quarters: Int)
  case zoomed(Double)
  /// As shares of the visible side.
  case shifted(x: Double, y: Double)
  /// Factors of brightness, contrast and saturation, and degrees of hue.
  case recolored(brightness: Double, contrast: Double, saturation: Double, hue: Double)
  /// To a share of the picture's area that has this IoU at least with an object.
  case cropped(share: Double, minimumIoU: Double)
  /// With these pictures.
  case mosaic(with: [String])
  /// An object of a class, out of a picture.
  case pasted(label: Int, from: String)
  /// The other picture has the rest of the share.
  case mixed(with: String, share: Double)
  /// Clockwise.
  case rotated(degrees: Double)
  case blurred(sigma: Double)

  /// The step in words.
  /// - Parameter className: The name of a label.
  /// - Returns: A few words.
  package func text(className: (Int) -> String) -> String {
    switch self {
    case .resized(let side): "short side \(side)"
    case .flippedHorizontally: "mirrored left to right"
    case .flippedVertically: "mirrored top to bottom"
    case .turned(let quarters): "turned by \(quarters * 90)°"
    case .zoomed(let factor): "zoom \(Self.text(factor))"
    case .shifted(let x, let y): "shifted by \(Self.percent(x)), \(Self.percent(y))"
    case .recolored(let brightness, let contrast, let saturation, let hue):
      Self.colours(brightness, contrast, saturation, hue)
    case .cropped(let share, let minimum):
      "cropped to \(Self.percent(share)) of its area"
        + (minimum > 0 ? ", IoU with an object \(Self.text(minimum)) or more" : "")
    case .mosaic(let names):
      "mosaic with \(names.joined(separator: ", ")), each varied by itself"
    case .pasted(let label, let name): "\(className(label)) pasted from \(name)"
    case .mixed(let name, let share):
      "\(Self.percent(share)) of it, mixed with \(Self.percent(1 - share)) of \(name)"
    case .rotated(let degrees): "rotated by \(Self.text(degrees))°"
    case .blurred(let sigma): "blurred, sigma \(Self.text(sigma))"
    }
  }

  private static func colours(
    _ brightness: Double,
    _ contrast: Double,
    _ saturation: Double,
    _ hue: Double
  ) -> String {
    let factors = [
      ("brightness", brightness), ("contrast", contrast), ("saturation", saturation),
    ]
    .filter { $0.1 != 1 }
    .map { "\($0.0) \(text($0.1))" }
    return (factors + (hue == 0 ? [] : ["hue \(text(hue))°"])).joined(separator: ", ")
  }

  /// Two places behind the point at most.
  private static func text(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let sign = hundredths < 0 ? "−" : ""
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func percent(_ value: Double) -> String {
    let percent = Int((value * 100).rounded())
    return (percent < 0 ? "−" : "") + "\(abs(percent)) %"
  }
}

extension AugmentationChoices {
  /// What of it is not plain.
  var steps: [AugmentationStep] {
    var steps: [AugmentationStep] = []
    if zoom != 1 { steps.append(.zoomed(zoom)) }
    if shift != .zero { steps.append(.shifted(x: shift.x, y: shift.y)) }
    if flipsHorizontally { steps.append(.flippedHorizontally) }
    if flipsVertically { steps.append(.flippedVertically) }
    if quarterTurns != 0 { steps.append(.turned(quarters: quarterTurns)) }
    if !color.isIdentity {
      steps.append(
        .recolored(
          brightness: Double(color.brightness),
          contrast: Double(color.contrast),
          saturation: Double(color.saturation),
          hue: Double(color.hue) * 180 / .pi
        )
      )
    }
    return steps
  }
}

/// How one picture of a batch came about.
package struct SampleOrigin: Hashable, Sendable {
  /// The name of the picture that the place belongs to.
  package var name: String
  /// What was done to it, in order.
  package var steps: [AugmentationStep]
  /// Size of its frame in the batch; beyond it there is padding.
  package var width: Int
  package var height: Int
}
