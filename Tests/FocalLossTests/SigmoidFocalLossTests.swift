import FocalLoss
import FocalLossReference
import Foundation
import TestSupport
import Testing
import Torch

struct SigmoidFocalLossTests {
  /// One anchor of the background class at p = 0.01 costs 0.75 · 0.01² · −log(0.99) = 7.5377e-7, one positive
  /// 0.25 · 0.99² · −log(0.01) = 1.128382: the constants of a healthy first step.
  @Test func `the first step with the prior costs what the paper's constants say`() throws {
    let logit = Float(-log(0.99 / 0.01))
    let targets = try AnchorClassTargets(classIndices: [-1, 0], categoryCount: 1)
    let logits = try Tensor([logit, logit], shape: [2, 1])
    let loss = try SigmoidFocalLoss().sum(logits: logits, targets: targets).item()
    let expected = 0.75 * 0.0001 * -log(0.99) + 0.25 * 0.9801 * -log(0.01)
    #expect(abs(loss - expected) < 1e-6)
    #expect(abs(expected - 1.128383) < 1e-6)
  }

  @Test(arguments: [0.0, 0.5, 1.0, 2.0, 5.0], [nil, 0.25, 0.75] as [Double?])
  func `value and gradient equal the closed form in double precision`(
    gamma: Double,
    alpha: Double?
  ) throws {
    let reference = SigmoidFocalReference(alpha: alpha, gamma: gamma)
    let values: [Double] = [-30, -8, -3, -1, -0.25, 0, 0.5, 1, 2.5, 6, 30, -2]
    let classes: [Int32] = [0, 1, -1, -2, 2, -1]
    let categories = 2 + 1
    // (6, 3) logits from the values and their negatives.
    let data = (0..<(classes.count * categories)).map {
      values[$0 % values.count] * ($0 % 2 == 0 ? 1 : -1)
    }
    let logits = try Tensor(data, shape: [classes.count, categories])
    try logits.setRequiresGradient(true)
    let targets = try AnchorClassTargets(classIndices: classes, categoryCount: categories)
    let loss = try SigmoidFocalLoss(alpha: alpha, gamma: gamma).sum(
      logits: logits,
      targets: targets
    )
    try loss.backward()
    let gradient = try #require(try logits.gradient()).doubles()

    var total = 0.0
    for (row, assigned) in classes.enumerated() where assigned != -2 {
      for category in 0..<categories {
        total += reference.value(
          logit: data[row * categories + category],
          isObject: assigned == Int32(category)
        )
      }
    }
    // Double throughout: what differs is the order of a handful of roundings.
    #expect(abs(try loss.item() - total) <= 1e-12 * max(1, total))
    for row in 0..<classes.count {
      for category in 0..<categories {
        let index = row * categories + category
        let expected =
          classes[row] == -2
          ? 0 : reference.gradient(logit: data[index], isObject: classes[row] == Int32(category))
        #expect(abs(gradient[index] - expected) <= 1e-12, "row \(row), category \(category)")
      }
    }
  }

  @Test(arguments: [Float(1e4), -1e4], [Int32(0), -1])
  func `extreme logits give finite losses and gradients for every gamma`(
    logit: Float,
    assigned: Int32
  ) throws {
    for gamma in [0, 1e-3, 0.5, 1, 2, 5] {
      let logits = try Tensor([logit], shape: [1, 1])
      try logits.setRequiresGradient(true)
      let targets = try AnchorClassTargets(classIndices: [assigned], categoryCount: 1)
      let loss = try SigmoidFocalLoss(alpha: 0.25, gamma: gamma).sum(
        logits: logits,
        targets: targets
      )
      try loss.backward()
      #expect(try loss.item().isFinite)
      #expect(try #require(try logits.gradient()).item().isFinite)
    }
  }

  @Test func `images without objects, or without anchors that count, never give NaN`() throws {
    let loss = SigmoidFocalLoss()
    let background = try AnchorClassTargets(classIndices: [-1, -1], categoryCount: 2)
    #expect(
      try loss.sum(
        logits: Tensor([Float](repeating: -9, count: 4), shape: [2, 2]),
        targets: background
      ).item() >= 0
    )
    let ignored = try AnchorClassTargets(classIndices: [-2, -2], categoryCount: 2)
    #expect(
      try loss.sum(
        logits: Tensor([Float](repeating: 3, count: 4), shape: [2, 2]),
        targets: ignored
      ).item() == 0
    )
    let none = try AnchorClassTargets(classIndices: [], categoryCount: 2)
    #expect(try loss.sum(logits: Tensor([Float](), shape: [0, 2]), targets: none).item() == 0)
  }

  @Test func `an ignored row's NaN does not reach the loss`() throws {
    let targets = try AnchorClassTargets(classIndices: [-2, 0], categoryCount: 1)
    let loss = try SigmoidFocalLoss().sum(
      logits: Tensor([Float.nan, 1], shape: [2, 1]),
      targets: targets
    )
    #expect(try loss.item().isFinite)
  }

  @Test func `a class index that is no category is refused by row`() throws {
    let high = #expect(throws: TargetError.self) {
      try AnchorClassTargets(classIndices: [0, 3], categoryCount: 3)
    }
    #expect(high?.row == 1 && high?.value == 3 && high?.categoryCount == 3)
    let low = #expect(throws: TargetError.self) {
      try AnchorClassTargets(classIndices: [-3], categoryCount: 3)
    }
    #expect(
      low?.description
        == "targets[0]: found class index -3, expected 0..<3, -1 (background) or -2 (ignored)"
    )
  }

  @Test func `bfloat16 logits are computed in float32`() throws {
    let logits = try Tensor([Float(1.5), -0.25], shape: [2, 1])
    let targets = try AnchorClassTargets(classIndices: [0, -1], categoryCount: 1)
    let full = try SigmoidFocalLoss().sum(logits: logits, targets: targets)
    let half = try SigmoidFocalLoss().sum(logits: logits.to(.bfloat16), targets: targets)
    // 1.5 and −0.25 are exact in bfloat16, so nothing differs.
    #expect(half.dtype == .float32)
    #expect(try half.item() == full.item())
  }
}
