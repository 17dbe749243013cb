package import BoxGeometry
import DetectionDatasets

/// What decides which anchors an object meets: the anchors, the thresholds, and the network's size.
package struct AnchorSettings: Hashable, Sendable {
  /// Which anchors there are.
  package var anchors: AnchorConfiguration
  /// What makes one foreground.
  package var matcher: AnchorMatcher
  /// The size that pictures are brought to.
  package var resize: ResizeRule

  /// Makes settings; without arguments, those of the preset `1x`.
  /// - Parameters:
  ///   - anchors: Which anchors there are. The paper's.
  ///   - matcher: What makes one foreground. The paper's.
  ///   - resize: The size that pictures are brought to. The preset's 600 by 1000.
  package init(
    anchors: AnchorConfiguration = AnchorConfiguration(),
    matcher: AnchorMatcher = AnchorMatcher(),
    resize: ResizeRule = ResizeRule(shortSide: 600, longSideCap: 1000)
  ) {
    self.anchors = anchors
    self.matcher = matcher
    self.resize = resize
  }

  /// Pixels of the network's input for one of the picture, in x and in y.
  func scale(of sample: DatasetSample) -> SIMD2<Float> {
    let size = resize.resized(width: sample.width, height: sample.height)
    return SIMD2(
      Float(size.width) / Float(sample.width),
      Float(size.height) / Float(sample.height)
    )
  }
}
