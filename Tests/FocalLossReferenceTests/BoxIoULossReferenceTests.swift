import BoxGeometry
import FocalLossReference
import Foundation
import TestSupport
import Testing

@Suite struct BoxIoULossReferenceTests {
  typealias Kind = BoxIoULossReference.Kind

  @Test func `two squares of side 2, one step apart on both axes`() {
    let (a, b) = (SIMD4<Double>(0, 0, 2, 2), SIMD4<Double>(1, 1, 3, 3))
    // A = 1, U = 7, C = 9, c² = 18, ρ² = 2, equal aspect ratios.
    let expected: [Kind: Double] = [
      .iou: 6.0 / 7, .giou: 6.0 / 7 + 2.0 / 9, .diou: 6.0 / 7 + 1.0 / 9, .ciou: 6.0 / 7 + 1.0 / 9,
    ]
    for (kind, value) in expected {
      let loss = BoxIoULossReference(kind: kind, epsilon: 0)
      expectClose(loss.value(prediction: a, target: b), value, absolute: 1e-15)
    }
    // x1 outside: U grows by h = 2 for each pixel to the left. x2 inside: A grows by 1 and U by 1.
    expectClose(
      [BoxIoULossReference(kind: .iou, epsilon: 0).gradient(prediction: a, target: b)],
      [SIMD4(-2, -2, -6, -6) / 49],
      absolute: 1e-16
    )
  }

  @Test func `side by side only the penalties pull together`() {
    let (a, b) = (SIMD4<Double>(0, 0, 1, 1), SIMD4<Double>(3, 0, 4, 1))
    func gradient(_ kind: Kind) -> SIMD4<Double> {
      BoxIoULossReference(kind: kind, epsilon: 0).gradient(prediction: a, target: b)
    }
    #expect(gradient(.iou) == .zero)
    // C = 4, U = 2: right by 1 covers a quarter of C more. ρ² = 9, c² = 17.
    #expect(gradient(.giou).z == -0.25)
    expectClose(gradient(.diou).z, -3.0 / 17, absolute: 1e-16)
    let values = Kind.allCases.map {
      BoxIoULossReference(kind: $0, epsilon: 0).value(prediction: a, target: b)
    }
    expectClose(values, [1, 1.5, 1 + 9.0 / 17, 1 + 9.0 / 17], absolute: 1e-15)
  }

  @Test func `aspects of 45 and 60 degrees cost α v = v² / (1 − IoU + v) with v = 1 / 36`() {
    let (a, b) = (SIMD4<Double>(0, 0, 1, 1), SIMD4<Double>(0, 0, 3.0.squareRoot(), 1))
    let miss = 1 - 1 / 3.0.squareRoot()
    let difference =
      BoxIoULossReference(kind: .ciou, epsilon: 0).value(prediction: a, target: b)
      - BoxIoULossReference(kind: .diou, epsilon: 0).value(prediction: a, target: b)
    let v = 1.0 / 36
    expectClose(difference, v * v / (miss + v), absolute: 1e-16)
  }

  @Test func `equal boxes cost nothing but epsilon, and nothing pulls on them`() {
    let box = SIMD4<Double>(3, 5, 13, 9)
    for kind in Kind.allCases {
      let exact = BoxIoULossReference(kind: kind, epsilon: 0)
      #expect(exact.value(prediction: box, target: box) == 0)
      #expect(exact.gradient(prediction: box, target: box) == .zero)
      let usual = BoxIoULossReference(kind: kind)
      #expect(usual.epsilon == 1e-7)
      expectClose(
        usual.value(prediction: box, target: box),
        1e-7 / 40,
        absolute: 0,
        relative: 1e-8
      )
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>, Kind.allCases)
  func `the gradient is the slope of the value`(seed: UInt64, kind: Kind) {
    var random = SplitMix64(state: seed)
    let (prediction, target) = (Self.box(&random), Self.box(&random))
    // No difference may straddle an edge of the target.
    let gaps = [(0, 0), (0, 2), (2, 0), (2, 2), (1, 1), (1, 3), (3, 1), (3, 3)].map {
      abs(prediction[$0.0] - target[$0.1])
    }
    guard gaps.allSatisfy({ $0 > 0.01 }) else { return }
    let loss = BoxIoULossReference(kind: kind)
    let gradient = loss.gradient(prediction: prediction, target: target)
    let aspectWeight = Self.aspectWeight(prediction, target)
    for lane in 0..<4 {
      let numeric = slope(at: prediction[lane]) {
        var moved = prediction
        moved[lane] = $0
        guard kind == .ciou else { return loss.value(prediction: moved, target: target) }
        // CIoU's alpha is held.
        return BoxIoULossReference(kind: .diou).value(prediction: moved, target: target)
          + aspectWeight * Self.aspect(moved, target)
      }
      expectClose(gradient[lane], numeric, absolute: 1e-10, "lane \(lane)")
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `losses are symmetric, ordered and within their ranges`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let (a, b) = (Self.box(&random), Self.box(&random))
    let values = Dictionary(
      uniqueKeysWithValues: Kind.allCases.map {
        let loss = BoxIoULossReference(kind: $0)
        let value = loss.value(prediction: a, target: b)
        expectClose(loss.value(prediction: b, target: a), value, absolute: 0, relative: 1e-14)
        return ($0, value)
      }
    )
    for (kind, limit) in [(.iou, 1), (.giou, 2), (.diou, 2), (.ciou, 3)] as [(Kind, Double)] {
      #expect((0...limit).contains(values[kind] ?? .nan), "\(kind)")
      #expect(values[kind] ?? .nan >= values[.iou] ?? .nan)
    }
    #expect(values[.ciou] ?? .nan >= values[.diou] ?? .nan)
  }

  @Test(arguments: 0..<100 as Range<UInt64>, Kind.allCases)
  func `a loss does not change when both boxes move or grow together`(seed: UInt64, kind: Kind) {
    var random = SplitMix64(state: seed)
    let (a, b) = (Self.box(&random), Self.box(&random))
    let loss = BoxIoULossReference(kind: kind, epsilon: 0)
    // Symmetric losses: the gradient by the target is that with the roles exchanged.
    let (byA, byB) = (
      loss.gradient(prediction: a, target: b), loss.gradient(prediction: b, target: a)
    )
    expectClose((byA + byB).x + (byA + byB).z, 0, absolute: 1e-14)
    expectClose((byA + byB).y + (byA + byB).w, 0, absolute: 1e-14)
    if kind != .ciou { expectClose((a * byA + b * byB).sum(), 0, absolute: 1e-13) }
    expectClose(
      loss.value(prediction: 8 * a, target: 8 * b),
      loss.value(prediction: a, target: b),
      absolute: 0
    )
  }

  @Test func `empty boxes are finite with an epsilon`() {
    let point = SIMD4<Double>(4, 4, 4, 4)
    for kind in Kind.allCases {
      let loss = BoxIoULossReference(kind: kind)
      for other in [point, SIMD4(4, 4, 4, 9), SIMD4(0, 0, 8, 8), SIMD4(90, 90, 90, 90)] {
        for (a, b) in [(point, other), (other, point)] {
          let value = loss.value(prediction: a, target: b)
          #expect(value >= 1 - 1e-8 && value <= 3, "\(kind) \(a) \(b): \(value)")
          let gradient = loss.gradient(prediction: a, target: b)
          #expect((0..<4).allSatisfy { gradient[$0].isFinite }, "\(kind) \(a) \(b)")
        }
      }
      #expect(
        BoxIoULossReference(kind: kind, epsilon: 0).value(prediction: point, target: point).isNaN
      )
    }
  }

  @Test func `boxes out of order or not finite give NaN`() {
    let box = SIMD4<Double>(0, 0, 2, 2)
    let hostile: [SIMD4<Double>] = [
      SIMD4(2, 0, 0, 2), SIMD4(0, 2, 2, 0), SIMD4(.nan, 0, 2, 2), SIMD4(0, 0, .infinity, 2),
      SIMD4(-.infinity, 0, 2, 2), SIMD4(0, 0, 2, .nan), SIMD4(5, 0, .infinity, 2),
    ]
    for kind in Kind.allCases {
      let loss = BoxIoULossReference(kind: kind)
      for bad in hostile {
        for (a, b) in [(bad, box), (box, bad)] {
          #expect(loss.value(prediction: a, target: b).isNaN)
          let gradient = loss.gradient(prediction: a, target: b)
          #expect((0..<4).allSatisfy { gradient[$0].isNaN })
        }
      }
    }
  }

  @Test func `boxes that nearly agree keep their digits`() {
    let target = SIMD4<Double>(0, 0, 3, 7)
    let width = 3 + 3e-12
    // 1 − 3 / w, of which a difference of areas would keep three digits.
    expectClose(
      BoxIoULossReference(kind: .iou, epsilon: 0)
        .value(prediction: SIMD4(0, 0, width, 7), target: target),
      (width - 3) / width,
      absolute: 0,
      relative: 1e-12
    )
  }

  // MARK: - Boxes and the aspect term, once more and plainly

  private static func box(_ random: inout SplitMix64) -> SIMD4<Double> {
    let (x, y) = (random.uniform(in: 0...20), random.uniform(in: 0...20))
    return SIMD4(x, y, x + random.uniform(in: 2...20), y + random.uniform(in: 2...20))
  }

  private static func aspect(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> Double {
    let angle = atan((b.z - b.x) / (b.w - b.y)) - atan((a.z - a.x) / (a.w - a.y))
    return 4 / (Double.pi * Double.pi) * angle * angle
  }

  private static func aspectWeight(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> Double {
    let v = aspect(a, b)
    return v / (BoxIoULossReference(kind: .iou).value(prediction: a, target: b) + v + 1e-7)
  }
}
