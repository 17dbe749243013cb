import Foundation
import Testing
import Torch
import TorchTestSupport

@Suite struct TensorFunctionsTests {
  static let functions:
    [(String, @Sendable (Tensor) throws -> Tensor, @Sendable (Double) -> Double)] = [
      ("exp", { try $0.exp() }, { exp($0) }),
      ("log", { try $0.log() }, { log($0) }),
      ("log1p", { try $0.log1p() }, { log1p($0) }),
      ("expm1", { try $0.expm1() }, { expm1($0) }),
      ("abs", { try $0.abs() }, { abs($0) }),
      ("sqrt", { try $0.sqrt() }, { $0.squareRoot() }),
      ("square", { try $0.square() }, { $0 * $0 }),
      ("sigmoid", { try $0.sigmoid() }, { 1 / (1 + exp(-$0)) }),
      ("logSigmoid", { try $0.logSigmoid() }, { -log1p(exp(-$0)) }),
      ("softplus", { try $0.softplus() }, { log1p(exp($0)) }),
      ("relu", { try $0.relu() }, { max($0, 0) }),
      ("floor", { try $0.floor() }, { $0.rounded(.down) }),
      ("rounded", { try $0.rounded() }, { $0.rounded(.toNearestOrEven) }),
      ("pow", { try $0.pow(1.5) }, { pow($0, 1.5) }),
      ("clamp", { try $0.clamp(min: 0.3, max: 2) }, { min(max($0, 0.3), 2) }),
    ]

  @Test(arguments: functions.indices) func `each function agrees with Foundation`(index: Int)
    throws
  {
    let points = [0.25, 0.5, 1, 1.5, 2.5, 3.75]
    let (_, function, reference) = Self.functions[index]
    try expectElements(function(Tensor(points)), points.map(reference), tolerance: 1e-14)
    try expectElements(function(Tensor(points).to(.float32)), points.map(reference))
  }

  @Test func `hand-worked values`() throws {
    try expectElements(Tensor([0, 1]).exp(), [1, 2.718281828])
    try expectElements(Tensor([0]).sigmoid(), [0.5])
    try expectElements(Tensor([0]).logSigmoid(), [-0.69314718])
    try expectElements(Tensor([-3, 3]).abs(), [3, 3])
    for tiny in [-1e-20, 1e-300] {
      #expect(try Swift.abs(Tensor([tiny]).expm1().item() / tiny - 1) < 1e-15)
    }
    try expectElements(Tensor([0.5, 1.5, -1.5]).rounded(), [0, 2, -2])
    try expectElements(Tensor([-1.5]).floor(), [-2])
    try expectElements(Tensor([3]).pow(2), [9])
    try expectElements(Tensor([-1, 0.5, 7]).clamp(max: 1), [-1, 0.5, 1])
    try expectElements(Tensor([-1, 0.5, 7]).clamp(min: 0), [0, 0.5, 7])
    #expect(throws: TorchError.self) { try Tensor([1]).clamp() }
  }

  /// (1, 1), (1, −1), (−1, −1), (−1, 1), the axes, and a point that a column broadcasts to.
  @Test func `atan2 knows the quadrant`() throws {
    let y = try Tensor([1, 1, -1, -1, 0, 1, 0], shape: [7])
    let x = try Tensor([1, -1, -1, 1, -1, 0, 0], shape: [7])
    let quarter = Double.pi / 4
    let angles = [quarter, 3 * quarter, -3 * quarter, -quarter, .pi, 2 * quarter, 0]
    try expectElements(y.atan2(x), angles, shape: [7])
    let wide = try Tensor([3], shape: [1, 1]).atan2(x)
    try expectElements(wide.select(dim: 1, index: 0), [atan2(3, 1)], shape: [1])
    try expectGradient(at: [0.3, -2, 1.5, 0.25], shape: [2, 2]) {
      try $0.atan2($0.square() + 0.5).sum()
    }
    // By its formula the gradient at (0, 0) would be 0 / 0.
    let origin = try Tensor([0])
    try origin.setRequiresGradient(true)
    try origin.atan2(Tensor([0])).sum().backward()
    try expectElements(#require(try origin.gradient()), [0])
    #expect(throws: TorchError.self) { try y.atan2(Tensor([1, 2])) }
  }

  @Test func `extreme logits stay finite`() throws {
    let logits = try Tensor([-1e4, 1e4])
    try expectElements(logits.logSigmoid(), [-1e4, 0])
    try expectElements(logits.softplus(), [0, 1e4])
  }

  @Test func `isFinite tells numbers from the rest`() throws {
    #expect(try Tensor([1, .nan, .infinity]).isFinite().bools() == [true, false, false])
  }
}
