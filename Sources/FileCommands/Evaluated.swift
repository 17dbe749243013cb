import COCOEvaluation
import DetectionAnalysis

/// An evaluation with everything that a page tells beyond its figures.
struct Evaluated {
  let result: COCOEvaluationResult
  /// What became of every detection and object; holds both.
  let analysis: DetectionErrorAnalysis
  /// Where the pictures are, if that is known.
  let pictures: PictureSource?
}
