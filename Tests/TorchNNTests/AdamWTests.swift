import TestSupport
import Testing
import Torch
import TorchNN

struct AdamWTests {
  /// Worked by hand in Double: two steps of one parameter, gradients 0.5 and −1.
  @Test func `two steps equal the algorithm worked by hand`() throws {
    let (rate, decay, beta1, beta2, epsilon) = (0.1, 0.01, 0.9, 0.999, 1e-8)
    let parameter = try Tensor([2.0] as [Double], shape: [1, 1])
    try parameter.setRequiresGradient(true)
    let optimizer = try AdamW([
      ParameterGroup([NamedTensor(name: "p", tensor: parameter)], weightDecay: decay)
    ])
    var (value, mean, square) = (2.0, 0.0, 0.0)
    for (step, gradient) in [0.5, -1.0].enumerated() {
      try parameter.setGradient(Tensor([gradient] as [Double], shape: [1, 1]))
      try optimizer.step(learningRate: rate)
      value -= rate * decay * value
      mean = beta1 * mean + (1 - beta1) * gradient
      square = beta2 * square + (1 - beta2) * gradient * gradient
      let count = Double(step + 1)
      let correctedMean = mean / (1 - power(beta1, count))
      let correctedSquare = square / (1 - power(beta2, count))
      value -= rate * correctedMean / (correctedSquare.squareRoot() + epsilon)
      // Double throughout; the fused kernel orders its roundings otherwise.
      #expect(abs(try parameter.item() - value) < 1e-12)
    }
  }

  @Test func `restored state goes on as if nothing had happened`() throws {
    func run(interrupted: Bool) throws -> [Float] {
      let parameter = try Tensor([Float(1), -2, 3, 4], shape: [2, 2])
      try parameter.setRequiresGradient(true)
      let group = ParameterGroup([NamedTensor(name: "p", tensor: parameter)])
      var optimizer = try AdamW([group])
      for step in 0..<4 {
        if interrupted, step == 2 {
          let saved = try optimizer.state.map {
            NamedTensor(name: $0.name, tensor: try $0.tensor.clone())
          }
          optimizer = try AdamW([group])
          try optimizer.restore(saved)
        }
        try parameter.setGradient(Tensor([Float(step), 1, -1, 0.5], shape: [2, 2]))
        try optimizer.step(learningRate: 0.01)
        try optimizer.clearGradients()
      }
      return try parameter.floats()
    }
    #expect(try run(interrupted: true) == run(interrupted: false))
  }

  @Test func `channels-last weights and gradients are moved element by element`() throws {
    let values = (0..<36).map { Float($0) * 0.1 - 1 }
    let plain = try Tensor(values, shape: [2, 2, 3, 3])
    let last = try Tensor(values, shape: [2, 2, 3, 3]).channelsLast()
    for parameter in [plain, last] {
      try parameter.setRequiresGradient(true)
      let optimizer = try AdamW([ParameterGroup([NamedTensor(name: "p", tensor: parameter)])])
      // The gradient is contiguous in both cases.
      try parameter.setGradient(Tensor(values.reversed(), shape: [2, 2, 3, 3]))
      try optimizer.step(learningRate: 0.1)
    }
    #expect(try plain.floats() == last.floats())
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    (0..<Int(exponent)).reduce(1) { product, _ in product * base }
  }
}
