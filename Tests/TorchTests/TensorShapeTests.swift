import Testing
import Torch
import TorchTestSupport

@Suite struct TensorShapeTests {
  let matrix: Tensor

  init() throws { matrix = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]) }

  @Test func `reshape and flatten keep the order`() throws {
    try expectElements(matrix.reshape([3, -1]), [1, 2, 3, 4, 5, 6], shape: [3, 2])
    try expectElements(matrix.flatten(), [1, 2, 3, 4, 5, 6], shape: [6])
    #expect(try matrix.unsqueeze(0).flatten(from: 1).shape == [1, 6])
  }

  @Test func `permute and transpose reorder dimensions`() throws {
    try expectElements(matrix.permute([1, 0]), [1, 4, 2, 5, 3, 6], shape: [3, 2])
    try expectElements(matrix.transposed(), [1, 4, 2, 5, 3, 6], shape: [3, 2])
    #expect(try matrix.unsqueeze(0).transposed(0, 2).shape == [3, 2, 1])
  }

  @Test func `dimensions of one come and go`() throws {
    #expect(try matrix.unsqueeze(-1).shape == [2, 3, 1])
    #expect(try matrix.unsqueeze(1).squeeze(1).shape == [2, 3])
    #expect(try matrix.squeeze(0).shape == [2, 3])
    try expectElements(Tensor([1, 2]).unsqueeze(1).expand([-1, 2]), [1, 1, 2, 2], shape: [2, 2])
  }

  @Test func `runs and indices are views`() throws {
    let run = try matrix.narrow(dim: 1, start: 1, length: 2)
    try expectElements(run, [2, 3, 5, 6], shape: [2, 2])
    try expectElements(matrix.select(dim: 0, index: -1), [4, 5, 6], shape: [3])
    try run.fill_(0)
    try expectElements(matrix, [1, 0, 0, 4, 0, 0])
  }

  @Test func `split cuts where it is told`() throws {
    let parts = try matrix.split([1, 2], dim: -1)
    try expectElements(parts[0], [1, 4], shape: [2, 1])
    try expectElements(parts[1], [2, 3, 5, 6], shape: [2, 2])
    #expect(throws: TorchError.self) { try matrix.split([1, 1], dim: 1) }
    #expect(throws: TorchError.self) { try matrix.split([1], dim: 7) }
    #expect(throws: TorchError.self) { try matrix.split([4, -1], dim: 1) }
  }

  @Test func `cat and stack join`() throws {
    try expectElements(.cat([matrix, matrix], dim: 0), [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    try expectElements(
      .stack([Tensor([1, 2]), Tensor([3, 4])], dim: 1),
      [1, 3, 2, 4],
      shape: [2, 2]
    )
    #expect(throws: TorchError.self) { try Tensor.cat([]) }
    #expect(throws: TorchError.self) { try Tensor.stack([matrix, Tensor([1])]) }
  }

  @Test func `layouts change without the values`() throws {
    let turned = try matrix.transposed()
    #expect(!turned.isContiguous)
    #expect(try turned.contiguous().isContiguous)
    let image = try Tensor(
      (0..<12).map(Float.init),
      shape: [1, 3, 2, 2]
    ).channelsLast()
    #expect(image.isChannelsLast && image.strides == [12, 1, 6, 3])
    #expect(try image.floats() == (0..<12).map(Float.init))
    #expect(throws: TorchError.self) { try matrix.channelsLast() }
  }

  @Test func `conversions go there and back`() throws {
    #expect(try matrix.to(.int64).int64s() == [1, 2, 3, 4, 5, 6])
    // bfloat16 has 8 bits of precision: 1 + 1/256 falls on 1.
    try expectElements(Tensor([1.00390625]).to(.bfloat16), [1])
    #expect(try matrix.to(Device.cpu).device == .cpu)
    #expect(Device.cpu.description == "cpu" && Device.cuda(1).description == "cuda:1")
    #expect(throws: TorchError.self) { try matrix.to(Device.cuda(99)) }
  }

  @Test func `clones have storage of their own and detached tensors share it`() throws {
    let (copy, view) = (try matrix.clone(), try matrix.detach())
    try matrix.zero_()
    try expectElements(copy, [1, 2, 3, 4, 5, 6])
    try expectElements(view, [0, 0, 0, 0, 0, 0])
  }

  @Test func `a tensor takes over the storage of another and stays itself`() throws {
    let other = try Tensor([7])
    try matrix.setStorage(of: other)
    try other.fill_(8)
    try expectElements(matrix, [8], shape: [1])
  }
}
