import Testing
import Torch

struct TensorMarkTests {
  @Test func `a mark changes with every write and with the storage, and with nothing else`() throws
  {
    let tensor = try Tensor([1, 2, 3])
    let mark = try #require(TensorMark(tensor))
    _ = try tensor.doubles()
    _ = try tensor * 2
    #expect(TensorMark(tensor) == mark)
    try tensor.add_(1)
    let written = TensorMark(tensor)
    #expect(written != mark)
    try tensor.copy_(Tensor([4, 5, 6]))
    #expect(TensorMark(tensor) != written)
    let before = TensorMark(tensor)
    try tensor.setStorage(of: Tensor([4, 5, 6]))
    #expect(TensorMark(tensor) != before)
  }

  @Test func `a write through a view is one of the tensor's own`() throws {
    let tensor = try Tensor([1, 2, 3, 4], shape: [2, 2])
    let mark = TensorMark(tensor)
    try tensor.select(dim: 0, index: 1).zero_()
    #expect(TensorMark(tensor) != mark)
  }

  /// LibTorch's fused steps do not count their writes themselves.
  @Test func `the steps of optimizers over lists are writes`() throws {
    let (parameter, gradient) = (try Tensor([1, 2]), try Tensor([1, 1]))
    var mark = TensorMark(parameter)
    func expectWritten() {
      #expect(TensorMark(parameter) != mark)
      mark = TensorMark(parameter)
    }
    try TensorList.stepSGD(
      [parameter],
      gradients: [gradient],
      momenta: [],
      weightDecay: 0,
      momentum: 0,
      rate: 0.1,
      nesterov: false
    )
    expectWritten()
    try TensorList.stepAdamW(
      [parameter],
      gradients: [gradient],
      means: [Tensor([0, 0])],
      squares: [Tensor([0, 0])],
      step: 1,
      rate: 0.1,
      betas: (0.9, 0.999),
      weightDecay: 0,
      epsilon: 1e-8
    )
    expectWritten()
    try TensorList.lerp_([parameter], [gradient], weight: 0.5)
    expectWritten()
  }

  @Test func `a tensor of inference mode has no mark, and an empty one has`() throws {
    let tensor = try withInferenceMode { try Tensor.zeros(shape: [2]) }
    #expect(TensorMark(tensor) == nil)
    #expect(try TensorMark(Tensor.zeros(shape: [0])) != nil)
  }
}
