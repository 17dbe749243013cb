import BoxGeometry
import DetectionInference
import DetectionPrediction
import Raster

/// A stand-in for a network: it sees known rectangles, of each exactly what lies in the part it looks at.
struct KnownObjects: LookDetecting {
  let objects: [LabeledBox]
  /// Score of an object, by its place and the share of it that is seen.
  var score: @Sendable (_ index: Int, _ share: Float) -> Float = { _, share in 0.5 + 0.4 * share }
  /// Sides less than this, in pixels of the network's input, are not seen.
  var leastSide: Float = 0
  /// The greatest error of a side, as a share of the object's.
  var noise: Float = 0

  let preparer = Preparer()

  struct Preparer: LookPreparing {
    func prepared(_ look: PictureLook, at image: RasterImage) -> PictureLook { look }

    func inputSize(of look: PictureLook) -> PictureSize {
      PictureSize(look.resize.resized(width: look.region.width, height: look.region.height))
    }
  }

  func detections(in looks: [PictureLook]) -> [[ScoredBox]] { looks.map(seen) }

  /// What one look shows, in the pixels of its part.
  func seen(_ look: PictureLook) -> [ScoredBox] {
    let region = look.region
    let scale = Float(look.resize.scale(width: region.width, height: region.height))
    return objects.enumerated().compactMap { index, object in
      let part = region.clipped(object.box)
      guard !part.isEmpty, min(part.width, part.height) * scale >= leastSide else { return nil }
      var box = part.translated(x: Float(-region.x), y: Float(-region.y))
      if noise > 0 {
        // The same look errs in the same way.
        var generator = SplitMix64(
          state: UInt64(index) &* 7919 &+ UInt64(region.x) &* 31 &+ UInt64(region.y)
        )
        let sides = SIMD4(box.width, box.height, box.width, box.height) * noise
        box.corners += sides * SIMD4.random(in: -1...1, using: &generator)
        box = box.clipped(width: Float(region.width), height: Float(region.height))
        if box.isEmpty { return nil }
      }
      if look.isMirrored { box = box.flippedHorizontally(imageWidth: Float(region.width)) }
      return ScoredBox(
        box: box,
        label: object.label,
        score: score(index, part.area / object.box.area)
      )
    }
    .sorted { $0.score > $1.score }
  }
}

extension KnownObjects {
  /// What is found in a picture of a given size, without a picture.
  func found(in plan: LookPlan, _ rules: PredictionRules, width: Int, height: Int) -> [ScoredBox] {
    let looks = plan.looks(width: width, height: height)
    return looks.detections(detections(in: looks.all), rules: rules)
  }
}
