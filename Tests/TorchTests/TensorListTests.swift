import Testing
import Torch
import TorchTestSupport

@Suite struct TensorListTests {
  @Test func `the norm of a list is that of all elements`() throws {
    #expect(try TensorList.norm([Tensor([3, 0]), Tensor([4], shape: [1, 1])]) == 5)
    #expect(try TensorList.norm([]) == 0)
  }

  @Test func `lists are moved, copied and scaled`() throws {
    let list = [try Tensor([0, 4]), try Tensor([8])]
    try TensorList.lerp_(list, [Tensor([4, 8]), Tensor([0])], weight: 0.25)
    try expectElements(list[0], [1, 5])
    try expectElements(list[1], [6])
    try TensorList.mul_(list, 2)
    try expectElements(list[0], [2, 10])
    try TensorList.copy_(list, [Tensor([1, 2]), Tensor([3])])
    try expectElements(list[1], [3])
    try TensorList.mul_([], 2)
    #expect(throws: TorchError.self) { try TensorList.copy_(list, [Tensor([1, 2, 3]), list[1]]) }
  }

  @Test func `a step takes gradients of another layout`() throws {
    let parameter = try Tensor((0..<8).map(Float.init), shape: [1, 2, 2, 2]).channelsLast()
    let gradient = try Tensor((0..<8).map(Float.init), shape: [1, 2, 2, 2])
    try TensorList.stepSGD(
      [parameter],
      gradients: [gradient],
      momenta: [],
      weightDecay: 0,
      momentum: 0,
      rate: 0.5,
      nesterov: false
    )
    try expectElements(parameter, (0..<8).map { 0.5 * Double($0) })
  }

  @Test func `a step refuses a view with gaps`() throws {
    let view = try Tensor([1, 2, 3, 4], shape: [2, 2]).select(dim: 1, index: 0)
    #expect(throws: TorchError.self) {
      try TensorList.stepSGD(
        [view],
        gradients: [Tensor([1, 1])],
        momenta: [],
        weightDecay: 0,
        momentum: 0,
        rate: 1,
        nesterov: false
      )
    }
  }
}
