import Testing
import Torch
import TorchTestSupport

@Suite struct FusedLossInputTests {
  @Test(arguments: fusedLossInstructionSets)
  func `NaN stays, infinities give the limits, ignored rows give 0 whatever they hold`(
    set: String
  ) throws {
    let odd: [Double] = [.nan, .infinity, -.infinity]
    let classes = try Tensor([-1, -1, -1, 0, 0, 0, -2, -2, -2] as [Int64])
    try withFusedLossInstructionSet(set) {
      for dtype in [DType.float32, .bfloat16] {
        let logits = try Tensor(odd + odd + odd, shape: [9, 1]).to(dtype)
        try logits.setRequiresGradient(true)
        for gamma in [0, 1e-300, 1e-3, 0.5, 2, 5, 100, 1e4] {
          let loss = try logits.fusedFocalLoss(
            classes: classes,
            alpha: nil,
            gamma: gamma,
            form: .elements
          )
          try expectElements(loss, [.nan, .infinity, 0, .nan, 0, .infinity, 0, 0, 0])
          try loss.sum().backward()
          let slopes = [.nan, 1, 0, .nan, 0, -1, 0, 0, 0]
          try expectElements(#require(try logits.gradient()), slopes)
          try logits.clearGradient()
          let sum = try logits.fusedFocalLoss(classes: classes, alpha: nil, gamma: gamma)
          #expect(try sum.item().isNaN)
        }
      }
    }
  }

  @Test(arguments: fusedLossInstructionSets, [DType.float32, .bfloat16])
  func `one odd logit among a hundred thousand usual ones changes nothing else`(
    set: String,
    dtype: DType
  ) throws {
    let (rows, categories, place) = (1_300, 80, 77_777)
    let classes = try Tensor.full(shape: [rows], -1, dtype: .int64)
    let usual = FusedLossProblem.exact(-4.5, isObject: false, alpha: 0.25, gamma: 2)
    let cases: [(Double, Double, Double)] = [
      (.nan, .nan, .nan), (.infinity, .infinity, 0.75), (-.infinity, 0, 0), (3e38, .infinity, 0.75),
      (-3e38, 0, 0), (500, 375, 0.75),
    ]
    try withFusedLossInstructionSet(set) {
      for (logit, loss, slope) in cases {
        var values = [Float](repeating: -4.5, count: rows * categories)
        values[place] = Float(logit)
        let logits = try Tensor(values, shape: [rows, categories]).to(dtype)
        try logits.setRequiresGradient(true)
        let sum = try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: 2)
        let finite = abs(logit) < 1e38
        let total = usual.loss * Double(values.count - 1) + loss
        let isLarge = logit == 3e38
        try expectElements(sum, [isLarge ? 0.75 * 3e38 : total], tolerance: finite ? 1e-5 : 0.01)
        try sum.backward()
        let gradient = try #require(try logits.gradient()).doubles()
        try expectElements(Tensor([gradient[place]]), [slope], tolerance: 1e-6)
        let others = gradient.enumerated().filter { $0.offset != place }.map(\.element)
        #expect(others.allSatisfy { abs($0 / usual.gradient - 1) < 0x1p-8 })
      }
    }
  }

  @Test func `a weight of 0 leaves nothing, not even of infinity`() throws {
    let logits = try Tensor([.infinity, 5, -.infinity, -5] as [Float], shape: [4, 1])
    let background = try Tensor([-1, -1, -1, -1] as [Int64])
    try expectElements(logits.fusedFocalLoss(classes: background, alpha: 1, gamma: 2), [0])
    let objects = try Tensor([0, 0, 0, 0] as [Int64])
    try expectElements(logits.fusedFocalLoss(classes: objects, alpha: 0, gamma: 0), [0])
  }

  @Test(arguments: [(0, 80), (5, 0), (0, 0)])
  func `no rows or no categories: 0, and an empty gradient`(rows: Int, categories: Int) throws {
    let logits = try Tensor.zeros(shape: [rows, categories])
    try logits.setRequiresGradient(true)
    let classes = try Tensor.full(shape: [rows], -1, dtype: .int64)
    let shapes: [FusedLossForm: [Int]] = [.sum: [], .rows: [rows], .elements: [rows, categories]]
    for (form, shape) in shapes {
      let loss = try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: 2, form: form)
      try expectElements(loss, .init(repeating: 0, count: shape.reduce(1, *)), shape: shape)
      try loss.sum().backward()
      #expect(try logits.gradient()?.shape == [rows, categories])
      try logits.clearGradient()
    }
  }

  @Test(arguments: [-2, 0] as [Int64]) func `all rows ignored, or all objects`(mark: Int64) throws {
    let marks = [Int64](repeating: mark, count: 100)
    let values = (0..<2_000).map { Double($0 % 41) / 4 - 5 }
    let problem = try FusedLossProblem(values, shape: [100, 20], classes: marks)
    let loss = try problem.logits.fusedFocalLoss(
      classes: problem.classes,
      alpha: 0.25,
      gamma: 2
    )
    try expectUlps(loss.doubles(), problem.losses(.sum), within: 16)
    try expectUlps(problem.gradient(of: loss), problem.gradients, within: 12)
  }

  @Test(arguments: [(80, 80), (-3, 80), (.max, 80), (.min, 80), (1, 1), (0, 0)] as [(Int64, Int)])
  func `a class index that is none is named with its row, the first one`(
    index: Int64,
    categories: Int
  ) throws {
    let rows = 3_000
    var marks = [Int64](repeating: -1, count: rows)
    for row in [211, 1_500, 2_999] { marks[row] = index }
    let logits = try Tensor.zeros(shape: [rows, categories])
    let classes = try Tensor(marks)
    for form in FusedLossForm.allCases {
      let error = #expect(throws: TorchError.self) {
        try logits.fusedFocalLoss(classes: classes, alpha: nil, gamma: 2, form: form)
      }
      #expect(error?.code == .invalid)
      let message = """
        targets[211]: found class index \(index), expected 0..<\(categories), -1 (background) or \
        -2 (ignored)
        """
      #expect(error?.message == message)
    }
  }

  @Test func `what the kernel does not take is refused by name`() throws {
    let floats = try Tensor.zeros(shape: [4, 2])
    let classes = try Tensor.full(shape: [4], -1, dtype: .int64)
    func refusal(_ logits: Tensor, _ classes: Tensor) -> String {
      let error = #expect(throws: TorchError.self) {
        try logits.fusedFocalLoss(classes: classes, alpha: 0.25, gamma: 2)
      }
      #expect(error?.code == .invalid)
      return error?.message ?? ""
    }
    let doubles = try floats.to(.float64)
    #expect(refusal(doubles, classes) == "expected logits of float32 or bfloat16, found Double")
    #expect(try refusal(floats, classes.to(.int32)) == "expected class indices of int64, found Int")
    let shapes = "expected logits [N, K] and class indices [N], found"
    #expect(try refusal(floats.reshape([8]), classes) == "\(shapes) [8] and [4]")
    #expect(try refusal(Tensor.zeros(shape: [5, 2]), classes) == "\(shapes) [5, 2] and [4]")
  }
}
