import Foundation
import Testing
import Torch
import TorchTestSupport

/// The fused focal loss, with every instruction set of this machine, against closed forms in double precision.
///
/// The bounds hold for each element: 10 ulp of single precision, 10 · 2⁻²³, of the element itself (9.5 is the worst
/// that was found among every 4999th float: p is cubed), and the least normal number for what lies below it; for
/// bfloat16 gradients the rounding of the result, 2⁻⁸. Sums have the elements' bound, as all terms have one sign.
@Suite(.serialized) struct FusedLossTests {
  private static let sets: [String] = ["AVX-512 VBMI", "AVX-512", "AVX2", "NEON", "portable"].filter
  {
    TorchRuntime.chooseFusedLossInstructionSet($0)
  }

  /// Loss and derivative of one logit, as the paper's appendix B has them.
  private static func exact(
    _ logit: Double,
    isObject: Bool,
    alpha: Double?,
    gamma: Double
  ) -> (loss: Double, gradient: Double) {
    // From here on x is the logit of background, so that p = σ(x) is what is left to learn.
    let x = isObject ? -logit : logit
    let e = exp(-abs(x))
    let p = (x < 0 ? e : 1) / (1 + e)
    let rest = (x < 0 ? 1 : e) / (1 + e)
    let entropy = max(x, 0) + log1p(e)
    let logP = min(x, 0) - log1p(e)
    let modulator = gamma == 0 ? 1 : exp(gamma * logP)
    let weight = alpha.map { isObject ? $0 : 1 - $0 } ?? 1
    let slope = gamma * rest * entropy + p
    return (
      weight * modulator * entropy, (isObject ? -1 : 1) * weight * modulator * slope
    )
  }

  /// One set of inputs, and what is to come of them.
  private struct Problem {
    let rows: Int
    let categories: Int
    let logits: Tensor
    let classes: Tensor
    let losses: [Double]
    let gradients: [Double]

    init(
      seed: UInt64,
      rows: Int,
      categories: Int,
      dtype: DType,
      alpha: Double?,
      gamma: Double,
      objects: Double = 0.1
    ) throws {
      var generator = SeededGenerator(seed: seed)
      var marks: [Int64] = []
      for _ in 0..<rows {
        let draw = Double.random(in: 0..<1, using: &generator)
        if draw < objects, categories > 0 {
          marks.append(Int64.random(in: 0..<Int64(categories), using: &generator))
        } else {
          marks.append(draw > 0.9 ? -2 : -1)
        }
      }
      let values = (0..<(rows * categories)).map { _ -> Double in
        let wide = Int.random(in: 0..<8, using: &generator) == 0
        return Double.random(in: wide ? -120...120 : -9...3, using: &generator)
      }
      let logits = try Tensor(values, shape: [rows, categories]).to(dtype)
      let rounded = try logits.doubles()
      var losses: [Double] = []
      var gradients: [Double] = []
      for (place, logit) in rounded.enumerated() {
        let mark = marks[place / categories]
        let isObject = mark == Int64(place % categories)
        let pair = FusedLossTests.exact(logit, isObject: isObject, alpha: alpha, gamma: gamma)
        losses.append(mark == -2 ? 0 : pair.loss)
        gradients.append(mark == -2 ? 0 : pair.gradient)
      }
      try logits.setRequiresGradient(true)
      (self.rows, self.categories, self.logits) = (rows, categories, logits)
      self.losses = losses
      self.gradients = gradients
      classes = try Tensor(marks, shape: [rows])
    }
  }

  private static let step = 10 * 0x1p-23
  private static let least = Double(Float.leastNormalMagnitude)

  private func expect(
    _ found: [Double],
    _ expected: [Double],
    within relative: Double,
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    var worst = (index: 0, excess: 0.0)
    for (index, pair) in zip(found, expected).enumerated() {
      let excess = abs(pair.0 - pair.1) / (relative * abs(pair.1) + Self.least)
      if !(excess <= worst.excess) { worst = (index, excess.isNaN ? .infinity : excess) }
    }
    if worst.excess > 1 {
      Issue.record(
        "\(what)[\(worst.index)] is \(found[worst.index]), expected \(expected[worst.index])",
        sourceLocation: sourceLocation
      )
    }
  }

  @Test(arguments: sets, [0, 1e-3, 0.5, 1, 2, 5])
  func `every element, row and sum equals the closed form`(set: String, gamma: Double) throws {
    try #require(TorchRuntime.chooseFusedLossInstructionSet(set))
    defer { _ = TorchRuntime.chooseFusedLossInstructionSet(nil) }
    let shapes = [(257, 1), (90, 2), (40, 15), (40, 16), (40, 17), (61, 80), (53, 91), (3, 9000)]
    for (number, shape) in shapes.enumerated() {
      for dtype in [DType.float32, .bfloat16] {
        for alpha in [nil, 0.25, 0, 1] as [Double?] {
          let problem = try Problem(
            seed: UInt64(number),
            rows: shape.0,
            categories: shape.1,
            dtype: dtype,
            alpha: alpha,
            gamma: gamma
          )
          try check(problem, alpha: alpha, gamma: gamma, "\(set) \(shape) \(dtype)")
        }
      }
    }
  }

  private func check(_ problem: Problem, alpha: Double?, gamma: Double, _ what: String) throws {
    let gradientStep = problem.logits.dtype == .bfloat16 ? 0x1p-8 : Self.step
    for form in FusedLossForm.allCases {
      let loss = try problem.logits.fusedFocalLoss(
        classes: problem.classes,
        alpha: alpha,
        gamma: gamma,
        form: form
      )
      #expect(loss.dtype == .float32)
      let expected: [Double]
      switch form {
      case .elements: expected = problem.losses
      case .rows:
        expected = (0..<problem.rows).map { row in
          let start = row * problem.categories
          return problem.losses[start..<(start + problem.categories)].reduce(0, +)
        }
      case .sum: expected = [problem.losses.reduce(0, +)]
      }
      expect(try loss.doubles(), expected, within: Self.step, "\(what) \(form)")
      try loss.sum().backward()
      let gradient = try #require(try problem.logits.gradient())
      #expect(gradient.dtype == problem.logits.dtype)
      expect(
        try gradient.doubles(),
        problem.gradients,
        within: gradientStep,
        "\(what) \(form) gradient"
      )
      try problem.logits.clearGradient()
    }
  }

  @Test(arguments: sets)
  func `of every bfloat16 logit, loss and gradient are those of the closed form`(
    set: String
  ) throws {
    try #require(TorchRuntime.chooseFusedLossInstructionSet(set))
    defer { _ = TorchRuntime.chooseFusedLossInstructionSet(nil) }
    // All finite bfloat16 numbers up to 1e4 in size, among background only: the loops that matter.
    let values = (0...UInt32(UInt16.max)).map { Double(Float(bitPattern: $0 << 16)) }
      .filter { $0.isFinite && abs($0) <= 1e4 }
    let logits = try Tensor(values, shape: [values.count, 1]).to(.bfloat16)
    try logits.setRequiresGradient(true)
    let classes = try Tensor.full(shape: [values.count], -1, dtype: .int64)
    for gamma in [0, 2, 0.7] {
      let loss = try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: gamma)
      let exact = values.map {
        Self.exact($0, isObject: false, alpha: 0.25, gamma: gamma)
      }
      expect(
        try loss.doubles(),
        [exact.reduce(0) { $0 + $1.loss }],
        within: 1e-5,
        "\(set) gamma \(gamma) sum"
      )
      try loss.backward()
      let gradient = try #require(try logits.gradient()).doubles()
      expect(gradient, exact.map(\.gradient), within: 0x1p-8, "\(set) gamma \(gamma) gradient")
      try logits.clearGradient()
    }
  }

  @Test func `one background logit of 0 and one object of 0, by hand`() throws {
    let logits = try Tensor([0, 0] as [Float], shape: [2, 1])
    try logits.setRequiresGradient(true)
    let classes = try Tensor([-1, 0] as [Int64], shape: [2])
    // (1 - p)² log 2 = 0.25 · 0.693147: 0.75 of it for background, 0.25 for the object.
    let loss = try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: 2, form: .rows)
    try expectElements(loss, [0.75 * 0.25 * 0.6931471805599453, 0.25 * 0.25 * 0.6931471805599453])
    try loss.sum().backward()
    // (1 - p)² (2 p log p + p - 1) = 0.25 (-0.693147 - 0.5).
    let slope = 0.25 * (0.6931471805599453 + 0.5)
    try expectElements(try #require(try logits.gradient()), [0.75 * slope, -0.25 * slope])
  }

  @Test(arguments: sets)
  func `NaN stays, infinities give the limits, ignored rows give 0 whatever they hold`(
    set: String
  ) throws {
    try #require(TorchRuntime.chooseFusedLossInstructionSet(set))
    defer { _ = TorchRuntime.chooseFusedLossInstructionSet(nil) }
    for dtype in [DType.float32, .bfloat16] {
      for gamma in [0, 0.5, 2] {
        let values: [Double] = [
          .nan, .infinity, -.infinity, .nan, .infinity, -.infinity, .nan, .infinity, -.infinity,
        ]
        let logits = try Tensor(values, shape: [9, 1]).to(dtype)
        try logits.setRequiresGradient(true)
        let classes = try Tensor([-1, -1, -1, 0, 0, 0, -2, -2, -2] as [Int64], shape: [9])
        let loss = try logits.fusedFocalLoss(
          classes: classes,
          alpha: nil,
          gamma: gamma,
          form: .elements
        )
        try expectElements(loss, [.nan, .infinity, 0, .nan, 0, .infinity, 0, 0, 0])
        try loss.sum().backward()
        try expectElements(
          try #require(try logits.gradient()),
          [.nan, 1, 0, .nan, 0, -1, 0, 0, 0]
        )
        let sum = try logits.fusedFocalLoss(classes: classes, alpha: nil, gamma: gamma)
        #expect(try sum.doubles()[0].isNaN)
      }
    }
  }

  @Test(arguments: [(0, 80), (5, 0), (0, 0)])
  func `no rows or no categories: 0, and an empty gradient`(rows: Int, categories: Int) throws {
    let logits = try Tensor.zeros(shape: [rows, categories])
    try logits.setRequiresGradient(true)
    let classes = try Tensor.full(shape: [rows], -1, dtype: .int64)
    for form in FusedLossForm.allCases {
      let loss = try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: 2, form: form)
      #expect(try loss.doubles().allSatisfy { $0 == 0 })
      try loss.sum().backward()
      #expect(try logits.gradient()?.shape == [rows, categories])
      try logits.clearGradient()
    }
  }

  @Test func `the bits do not depend on the number of threads`() throws {
    let threads = TorchRuntime.threads
    defer { try? TorchRuntime.setThreads(threads) }
    let problem = try Problem(
      seed: 3,
      rows: 20_000,
      categories: 7,
      dtype: .float32,
      alpha: 0.25,
      gamma: 2
    )
    var sums: Set<Double> = []
    var gradients: Set<[Double]> = []
    for count in [1, 2, 3] {
      try TorchRuntime.setThreads(count)
      let loss = try problem.logits.fusedFocalLoss(classes: problem.classes, alpha: 0.25, gamma: 2)
      try loss.backward()
      sums.insert(try loss.doubles()[0])
      gradients.insert(try #require(try problem.logits.gradient()).doubles())
      try problem.logits.clearGradient()
    }
    #expect(sums.count == 1)
    #expect(gradients.count == 1)
  }

  @Test(arguments: [DType.float32, .bfloat16])
  func `a factor, a scale and a weight for each row or element multiply the gradient`(
    dtype: DType
  ) throws {
    let problem = try Problem(
      seed: 4,
      rows: 6,
      categories: 3,
      dtype: dtype,
      alpha: 0.25,
      gamma: 2,
      objects: 0.5
    )
    let step = dtype == .bfloat16 ? 0x1p-7 : Self.step
    func gradient(_ loss: Tensor) throws -> [Double] {
      try loss.backward()
      defer { try? problem.logits.clearGradient() }
      return try #require(try problem.logits.gradient()).doubles()
    }
    func loss(_ form: FusedLossForm, scale: Double = 1) throws -> Tensor {
      try problem.logits.fusedFocalLoss(
        classes: problem.classes,
        alpha: 0.25,
        gamma: 2,
        scale: scale,
        form: form
      )
    }
    let tripled = problem.gradients.map { $0 * 3 }
    expect(try gradient(loss(.sum) * 3), tripled, within: step, "factor")
    expect(try gradient(loss(.sum, scale: 3)), tripled, within: step, "scale")
    let weights = (0..<6).map { Float($0) }
    let rowWeights = try Tensor(weights, shape: [6])
    let byRow = problem.gradients.enumerated().map { $1 * Double($0 / 3) }
    expect(try gradient((loss(.rows) * rowWeights).sum()), byRow, within: step, "rows")
    let elementWeights = try Tensor((0..<18).map { Float($0) }, shape: [6, 3])
    let byElement = problem.gradients.enumerated().map { $1 * Double($0) }
    expect(try gradient((loss(.elements) * elementWeights).sum()), byElement, within: step, "each")
  }

  @Test func `a kept graph gives its gradient twice, and they add up`() throws {
    let problem = try Problem(
      seed: 5,
      rows: 30,
      categories: 4,
      dtype: .float32,
      alpha: 0.25,
      gamma: 2
    )
    let loss = try problem.logits.fusedFocalLoss(classes: problem.classes, alpha: 0.25, gamma: 2)
    try loss.backward(keepingGraph: true)
    try loss.backward()
    let gradient = try #require(try problem.logits.gradient()).doubles()
    expect(gradient, problem.gradients.map { 2 * $0 }, within: Self.step, "twice")
  }

  @Test func `logits changed before the backward pass are refused`() throws {
    let problem = try Problem(
      seed: 6,
      rows: 4,
      categories: 4,
      dtype: .float32,
      alpha: nil,
      gamma: 2
    )
    let shifted = try problem.logits + 1
    let loss = try shifted.fusedFocalLoss(classes: problem.classes, alpha: nil, gamma: 2)
    try withoutGradient { try shifted.add_(1) }
    #expect(throws: TorchError.self) { try loss.backward() }
  }

  @Test func `without a gradient none is written`() throws {
    let problem = try Problem(
      seed: 7,
      rows: 12,
      categories: 5,
      dtype: .float32,
      alpha: 0.25,
      gamma: 2
    )
    let loss = try withoutGradient {
      try problem.logits.fusedFocalLoss(classes: problem.classes, alpha: 0.25, gamma: 2)
    }
    #expect(!loss.requiresGradient)
    expect(try loss.doubles(), [problem.losses.reduce(0, +)], within: Self.step, "sum")
  }

  @Test(arguments: [(3, 80), (-3, 80), (80, 80), (0, 0), (Int64.max, 80), (Int64.min, 80)])
  func `a class index that is none is named with its row`(index: Int64, categories: Int) throws {
    var marks = [Int64](repeating: -1, count: 300)
    marks[211] = index
    let isSound = (0..<Int64(categories)).contains(index)
    let logits = try Tensor.zeros(shape: [300, categories])
    let classes = try Tensor(marks, shape: [300])
    for form in FusedLossForm.allCases {
      if isSound {
        _ = try logits.fusedFocalLoss(classes: classes, alpha: nil, gamma: 2, form: form)
        continue
      }
      let error = #expect(throws: TorchError.self) {
        try logits.fusedFocalLoss(classes: classes, alpha: nil, gamma: 2, form: form)
      }
      #expect(
        error?.message.contains(
          "targets[211]: found class index \(index), expected 0..<\(categories)"
        ) == true
      )
    }
  }

  @Test func `what the kernel does not take is refused by name`() throws {
    let classes = try Tensor.full(shape: [4], -1, dtype: .int64)
    func message(_ logits: Tensor, _ classes: Tensor) -> String {
      do {
        _ = try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: 2)
        return "nothing was refused"
      } catch { return error.message }
    }
    let doubles = try Tensor.zeros(shape: [4, 2], dtype: .float64)
    #expect(message(doubles, classes).contains("float32 or bfloat16"))
    let floats = try Tensor.zeros(shape: [4, 2])
    #expect(message(floats, try classes.to(.int32)).contains("int64"))
    #expect(message(try floats.reshape([8]), classes).contains("[N, K]"))
    #expect(message(try Tensor.zeros(shape: [5, 2]), classes).contains("[N, K]"))
  }

  @Test func `logits that do not lie row by row are read as they are`() throws {
    let problem = try Problem(
      seed: 8,
      rows: 20,
      categories: 6,
      dtype: .float32,
      alpha: 0.25,
      gamma: 2
    )
    let turned = try problem.logits.transposed(0, 1).contiguous().transposed(0, 1)
    #expect(!turned.isContiguous)
    let loss = try turned.fusedFocalLoss(classes: problem.classes, alpha: 0.25, gamma: 2)
    expect(try loss.doubles(), [problem.losses.reduce(0, +)], within: Self.step, "sum")
    try loss.backward()
    let gradient = try #require(try problem.logits.gradient()).doubles()
    expect(gradient, problem.gradients, within: Self.step, "gradient")
  }
}
