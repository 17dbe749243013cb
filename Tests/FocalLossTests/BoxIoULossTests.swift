import BoxGeometry
import FocalLoss
import FocalLossReference
import Foundation
import TestSupport
import Testing
import Torch
import TorchTestSupport

struct BoxIoULossTests {
  private static let kinds = BoxIoULoss.Kind.allCases
  private static let composed = LossVariant.all.filter { $0.form == .composed }

  /// Squares of side 2, shifted by (1, 1): A = 1, U = 7, C = 9, ρ² = 2, c² = 18, one shape.
  @Test func `hand-worked: two squares that share a quarter`() throws {
    let prediction = try Tensor([0, 0, 2, 2], shape: [1, 4])
    let target = try Tensor([1, 1, 3, 3], shape: [1, 4])
    let iou = 6.0 / 7
    let expected = [iou, iou + 2.0 / 9, iou + 1.0 / 9, iou + 1.0 / 9]
    for (kind, value) in zip(Self.kinds, expected) {
      try expectElements(
        BoxIoULoss(kind: kind, epsilon: 0).sum(predictions: prediction, targets: target),
        [value],
        shape: []
      )
    }
    // 2 by 1 in 1 by 2: v = (4/π²) (atan 2 − atan ½)², α = v / (1 − 1/3 + v).
    let angle = atan(2.0) - atan(0.5)
    let aspect = 4 / (Double.pi * .pi) * angle * angle
    try expectElements(
      BoxIoULoss(kind: .ciou, epsilon: 0).sum(
        predictions: Tensor([0, 0, 2, 1], shape: [1, 4]),
        targets: Tensor([0, 0, 1, 2], shape: [1, 4])
      ),
      [2.0 / 3 + 0.5 / 8 + aspect * aspect / (2.0 / 3 + aspect)]
    )
  }

  /// What torchvision 0.28.0 gives for (0, 0, 2, 2) and (1, 1, 3, 3) in float64, with its 1e-7.
  @Test(
    arguments: zip(
      [BoxIoULoss.Kind.giou, .diou],
      [(1.07936507893676, -0.07785336281299117), (0.9682539696775007, -0.059334843985830686)]
    )
  )
  func `values and gradients are torchvision's`(
    kind: BoxIoULoss.Kind,
    numbers: (value: Double, gradient: Double)
  ) throws {
    let prediction = try Tensor([0, 0, 2, 2] as [Double], shape: [1, 4])
    try prediction.setRequiresGradient(true)
    let target = try Tensor([1, 1, 3, 3] as [Double], shape: [1, 4])
    let loss = try BoxIoULoss(kind: kind).sum(predictions: prediction, targets: target)
    try loss.backward()
    try expectElements(loss, [numbers.value], tolerance: 1e-15)
    let first = try #require(try prediction.gradient()).doubles()[0]
    #expect(abs(first - numbers.gradient) <= 1e-15)
  }

  /// Pairs of a target with a box near it, somewhere else, inside, touching, equal, or without
  /// area.
  private func pairs(seed: UInt64) -> [(SIMD4<Float>, SIMD4<Float>)] {
    var generator = SeededGenerator(seed: seed)
    var pairs: [(SIMD4<Float>, SIMD4<Float>)] = []
    for _ in 0..<20 {
      let target = BoundingBox.random(using: &generator).corners
      let size = SIMD4(target.z - target.x, target.w - target.y, 0, 0)
      let along = SIMD4(size.x, 0, size.x, 0)
      let nudge = SIMD4<Float>.random(in: -0.1...0.1, using: &generator) * size.x
      let near = target + nudge * SIMD4(1, size.y / size.x, 1, size.y / size.x)
      let inside = target + SIMD4(0.25, 0.25, -0.25, -0.125) * SIMD4(size.x, size.y, size.x, size.y)
      let point = SIMD4(target.x, target.y, target.x, target.y)
      pairs += [
        (near, target), (BoundingBox.random(using: &generator).corners, target), (inside, target),
        (target + along, target), (target, target), (point, target), (target, point),
        (target + along * 2, target), (point + SIMD4(0, 0, size.x, 0), target),
      ]
    }
    return pairs.filter { $0.0.x <= $0.0.z && $0.0.y <= $0.0.w }
  }

  @Test(arguments: kinds, composed.indices)
  func `losses and gradients equal the closed form within the stated bound`(
    kind: BoxIoULoss.Kind,
    variant: Int
  ) throws {
    let variant = Self.composed[variant]
    let reference = BoxIoULossReference(kind: try #require(.init(rawValue: kind.rawValue)))
    for seed in 0..<4 as Range<UInt64> {
      let boxes = pairs(seed: seed)
      let predictions = try Tensor(boxes.flatMap { lanes($0.0) }, shape: [boxes.count, 4])
        .to(variant.dtype).to(variant.device)
      let targets = try Tensor(boxes.flatMap { lanes($0.1) }, shape: [boxes.count, 4])
        .to(variant.dtype).to(variant.device)
      try predictions.setRequiresGradient(true)
      let losses = try BoxIoULoss(kind: kind)
        .loss(predictions: predictions, targets: targets, reduction: .elementwise)
      try losses.sum().backward()
      let (held, aims) = (try predictions.doubles(), try targets.doubles())
      var (values, gradients, bounds): ([Double], [Double], [Double]) = ([], [], [])
      for pair in boxes.indices {
        let (prediction, target) = (corners(held, pair), corners(aims, pair))
        values.append(reference.value(prediction: prediction, target: target))
        let gradient = reference.gradient(prediction: prediction, target: target)
        gradients += (0..<4).map { gradient[$0] }
        bounds += gradientBounds(prediction, target, gradient, variant)
      }
      let unit = variant.dtype == .float64 ? 0x1p-52 : 0x1p-23
      expectWithin(
        try losses.doubles(),
        values,
        // Sums of areas: no digits are lost, whatever the boxes.
        tolerances: values.map { 4 * unit * abs($0) },
        "\(kind), \(variant.testDescription), loss"
      )
      expectWithin(
        try #require(try predictions.gradient()).doubles(),
        gradients,
        tolerances: bounds,
        "\(kind), \(variant.testDescription), gradient"
      )
    }
  }

  /// A gradient is a difference of terms, each up to 1 / the shorter side of the prediction.
  private func gradientBounds(
    _ prediction: SIMD4<Double>,
    _ target: SIMD4<Double>,
    _ gradient: SIMD4<Double>,
    _ variant: LossVariant
  ) -> [Double] {
    let unit = variant.dtype == .float64 ? 0x1p-52 : 0x1p-23
    let sides = (prediction.highHalf - prediction.lowHalf, target.highHalf - target.lowHalf)
    let lengths = [sides.0.x, sides.0.y, sides.1.x, sides.1.y].filter { $0 > 0 }
    let scale = 1 / (lengths.min() ?? 1)
    return (0..<4).map {
      4 * unit * (scale + abs(gradient[$0])) + variant.rounding(gradient[$0])
    }
  }

  private func lanes(_ box: SIMD4<Float>) -> [Double] { (0..<4).map { Double(box[$0]) } }

  private func corners(_ values: [Double], _ row: Int) -> SIMD4<Double> {
    SIMD4(values[row * 4], values[row * 4 + 1], values[row * 4 + 2], values[row * 4 + 3])
  }

  /// CIoU's gradient holds α constant, which differences do not.
  @Test(arguments: [BoxIoULoss.Kind.iou, .giou, .diou])
  func `gradients meet finite differences`(kind: BoxIoULoss.Kind) throws {
    let targets = try Tensor(
      [1, 1, 5, 4, 1, 1, 5, 4, 1, 1, 5, 4, 1, 1, 5, 4] as [Double],
      shape: [2, 2, 4]
    )
    // Near, inside, beside, on two sides.
    let point = [0.8, 1.1, 5.2, 3.7, 2, 2, 3, 3, 6, 2, 8, 3, 0, 2, 6, 3]
    try expectGradient(at: point, shape: [2, 2, 4]) {
      try BoxIoULoss(kind: kind).sum(predictions: $0, targets: targets)
    }
  }

  @Test(arguments: kinds) func `a perfect prediction has gradient 0 and costs almost nothing`(
    kind: BoxIoULoss.Kind
  ) throws {
    let boxes = try Tensor([10, 20, 110, 70, -5, -5, 5, 5], shape: [2, 4])
    try boxes.setRequiresGradient(true)
    let loss = try BoxIoULoss(kind: kind, epsilon: 0)
      .sum(predictions: boxes, targets: boxes.detach())
    try loss.backward()
    #expect(try loss.item() == 0)
    #expect(try #require(try boxes.gradient()).abs().max().item() <= 0x1p-23)
  }

  @Test(arguments: kinds, [DType.float64, .float32])
  func `boxes out of order or not finite give NaN, masked ones nothing`(
    kind: BoxIoULoss.Kind,
    dtype: DType
  ) throws {
    let bad: [[Double]] = [
      [2, 0, 1, 1], [0, 2, 1, 1], [0, 0, .infinity, 1], [.nan, 0, 1, 1], [-.infinity, 0, 1, 1],
    ]
    let good: [Double] = [0, 0, 1, 1]
    let first = bad + bad.map { _ in good } + [good]
    let second = bad.map { _ in good } + bad + [good]
    let count = first.count
    let predictions = try Tensor(first.flatMap(\.self), shape: [count, 4]).to(dtype)
    let targets = try Tensor(second.flatMap(\.self), shape: [count, 4]).to(dtype)
    try predictions.setRequiresGradient(true)
    let losses = try BoxIoULoss(kind: kind)
      .loss(predictions: predictions, targets: targets, reduction: .elementwise)
    try losses.sum().backward()
    let found = try losses.doubles()
    let gradient = try #require(try predictions.gradient()).doubles()
    #expect(found.dropLast().allSatisfy { $0.isNaN } && found[count - 1] < 1e-6)
    #expect(gradient.dropLast(4).allSatisfy { $0.isNaN })
    #expect(gradient.suffix(4).allSatisfy { $0.isFinite })

    try predictions.clearGradient()
    let masked = try BoxIoULoss(kind: kind).loss(
      predictions: predictions,
      targets: targets,
      mask: Tensor((0..<count).map { $0 == count - 1 }),
      reduction: .mean
    )
    try masked.backward()
    #expect(try masked.item() == found[count - 1])
    let kept = try #require(try predictions.gradient()).doubles()
    #expect(kept.dropLast(4).allSatisfy { $0 == 0 })
  }

  @Test(arguments: kinds) func `no boxes cost nothing, what is no box is refused`(
    kind: BoxIoULoss.Kind
  ) throws {
    let loss = BoxIoULoss(kind: kind)
    let none = try Tensor.zeros(shape: [0, 4])
    #expect(try loss.sum(predictions: none, targets: none).item() == 0)
    #expect(try loss.loss(predictions: none, targets: none, reduction: .mean).item() == 0)
    for (first, second) in [
      ([2, 4], [4]), ([2, 3], [2, 3]), ([4, 2], [4, 2]), ([2, 5], [2, 5]), ([], []),
    ] {
      let error = #expect(throws: TorchError.self) {
        try loss.sum(predictions: .zeros(shape: first), targets: .zeros(shape: second))
      }
      #expect(error?.code == .invalid)
    }
    #expect(throws: TorchError.self) {
      try loss.sum(
        predictions: .zeros(shape: [1, 4], dtype: .int64),
        targets: .zeros(shape: [1, 4])
      )
    }
  }
}
