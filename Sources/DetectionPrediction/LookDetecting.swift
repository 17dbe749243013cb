package import BoxGeometry
package import DetectionInference
import DetectionModels
package import Raster

/// Makes looks ready for a network, on any thread.
package protocol LookPreparing: Sendable {
  /// A look as the network takes it.
  associatedtype Prepared: Sendable

  /// Makes one look ready.
  ///
  /// - Parameters:
  ///   - look: Which part, in which size.
  ///   - image: The whole picture.
  /// - Returns: The look as the network takes it.
  func prepared(_ look: PictureLook, at image: RasterImage) -> Prepared

  /// What looks have to agree in to be judged together.
  ///
  /// - Parameter prepared: A look.
  /// - Returns: Width and height of the network's input.
  func inputSize(of prepared: Prepared) -> PictureSize
}

/// What finds objects in looks: a network, or a stand-in whose answers are known.
package protocol LookDetecting {
  /// What makes looks ready for it.
  associatedtype Preparer: LookPreparing

  /// What makes looks ready, on any thread.
  var preparer: Preparer { get }

  /// What is in each of several looks.
  ///
  /// - Parameter looks: At least one; all of one input size.
  /// - Returns: One list a look: boxes in the pixels of its part, best first.
  /// - Throws: What keeps it from looking.
  func detections(in looks: [Preparer.Prepared]) throws -> [[ScoredBox]]
}

/// A trained network that looks.
package struct NetworkLooking: LookDetecting {
  private let detector: Detector
  private let rules: DetectionConfiguration
  package let preparer: Preparer

  /// - Parameters:
  ///   - detector: The network.
  ///   - rules: What becomes a detection.
  package init(detector: Detector, rules: PredictionRules) {
    self.detector = detector
    self.rules = rules.perLook
    preparer = Preparer(input: detector.model.configuration.input)
  }

  package func detections(in looks: [PreparedPicture]) throws -> [[ScoredBox]] {
    try detector.detections(in: looks, rules: looks.map { _ in rules })
  }

  /// Cuts out, mirrors, resizes and normalises.
  package struct Preparer: LookPreparing {
    fileprivate let input: InputConfiguration

    package func prepared(_ look: PictureLook, at image: RasterImage) -> PreparedPicture {
      var input = input
      input.resize = look.resize
      return PreparedPicture(look.part(of: image), for: input)
    }

    package func inputSize(of prepared: PreparedPicture) -> PictureSize { prepared.inputSize }
  }
}
