/// What is looked at, by the names that findings carry.
package enum DoctorCheck: String, Codable, Hashable, Sendable, CaseIterable {
  // The machine.
  case arithmetic
  case workers
  case folder
  case memory
  case disk
  // The data.
  case classMap = "class-map"
  case classCounts = "class-counts"
  case modelClasses = "model-classes"
  case boxes
  case boxRange = "box-range"
  case pictures
  case pictureCounts = "picture-counts"
  case leaks
  // The recipe, held against the data.
  case anchors
  case learningRate = "learning-rate"
  case norms
  case schedule
  case loss
  case pictureSize = "picture-size"
  // The network at work.
  case firstLoss = "first-loss"
  case overfit
}
