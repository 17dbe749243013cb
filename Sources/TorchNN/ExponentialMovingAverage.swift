public import Torch

/// A moving average of a model's state, which often detects better than the last state itself.
///
/// average ← decay · average + (1 − decay) · value after each step. The decay grows with the steps,
/// min(decay, (1 + n) / (10 + n)), so that the random start is soon forgotten.
public final class ExponentialMovingAverage {
  /// How much of the average stays at a step, once warm.
  public let decay: Double
  /// How many updates there were.
  public package(set) var updateCount: Int
  /// The averages themselves, by the names of the values.
  public let averages: [NamedTensor]

  private let values: [Tensor]

  /// Starts with the values as they are.
  /// - Parameters:
  ///   - values: The tensors to follow: parameters and buffers, floating point.
  ///   - decay: How much of the average stays at a step, 0...1.
  /// - Throws: `TorchError` if memory runs out.
  public init(of values: [NamedTensor], decay: Double = 0.9998) throws(TorchError) {
    precondition((0...1).contains(decay), "a decay is in 0...1")
    self.decay = decay
    self.values = values.map(\.tensor)
    updateCount = 0
    var averages: [NamedTensor] = []
    for value in values {
      let copy = try value.tensor.detach().clone()
      averages.append(NamedTensor(name: value.name, tensor: copy))
    }
    self.averages = averages
  }

  /// Moves the averages towards the values.
  /// - Throws: `TorchError` if LibTorch refuses.
  public func update() throws(TorchError) {
    updateCount += 1
    let count = Double(updateCount)
    let weight = 1 - min(decay, (1 + count) / (10 + count))
    try TensorList.lerp_(averages.map(\.tensor), values, weight: weight)
  }

  /// Takes over averages that were saved.
  /// - Parameters:
  ///   - tensors: What ``averages`` gave: all of them, no others.
  ///   - updateCount: What ``updateCount`` gave.
  /// - Throws: ``StateDifference`` if names or shapes differ; `TorchError` if memory runs out.
  public func restore(_ tensors: [NamedTensor], updateCount: Int) throws {
    try StateList(averages).load(tensors)
    self.updateCount = updateCount
  }

  /// Exchanges values and averages, so that the model computes with the averages.
  ///
  /// A second call puts them back. Only storage changes hands; nothing is copied.
  /// - Throws: `TorchError` if LibTorch refuses.
  public func exchange() throws(TorchError) {
    for (value, average) in zip(values, averages) {
      let held = try value.detach()
      try value.setStorage(of: average.tensor)
      try average.tensor.setStorage(of: held)
    }
  }

  /// Computes with the averages in the place of the values, which come back in any case.
  /// - Parameter body: What to compute.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws; `TorchError` if LibTorch refuses.
  public func withAverages<Result>(_ body: () throws -> Result) throws -> Result {
    try exchange()
    let outcome = Swift.Result { try body() }
    try exchange()
    return try outcome.get()
  }
}
