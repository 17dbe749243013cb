import Testing

@testable import TorchCheckpoint

@Suite struct TensorLayoutTests {
  @Test func `three by two`() {
    let rows = TensorLayout(shape: [3, 2], strides: [2, 1])
    #expect(rows?.count == 6 && rows?.extent == 6 && rows?.isRowMajor == true)
    let columns = TensorLayout(shape: [3, 2], strides: [1, 3])
    #expect(columns?.count == 6 && columns?.extent == 6 && columns?.isRowMajor == false)
    let apart = TensorLayout(shape: [3, 2], strides: [4, 1])
    #expect(apart?.count == 6 && apart?.extent == 10 && apart?.isRowMajor == false)
  }

  @Test func `one element and none are row major`() {
    let scalar = TensorLayout(shape: [], strides: [])
    #expect(scalar?.count == 1 && scalar?.extent == 1 && scalar?.isRowMajor == true)
    let one = TensorLayout(shape: [1, 1], strides: [.max, 7])
    #expect(one?.count == 1 && one?.extent == 1 && one?.isRowMajor == true)
    let none = TensorLayout(shape: [2, 0], strides: [.max, .max])
    #expect(none?.count == 0 && none?.extent == 0 && none?.isRowMajor == true)
  }

  @Test func `a channels-last picture is not row major`() {
    let picture = TensorLayout(shape: [2, 3, 4, 5], strides: [60, 1, 15, 3])
    #expect(picture?.extent == 120 && picture?.isRowMajor == false)
  }

  @Test func `numbers that no Int holds are refused`() {
    #expect(TensorLayout(shape: [.max, 2], strides: [0, 0]) == nil)
    #expect(TensorLayout(shape: [.max], strides: [1])?.extent == .max)
    #expect(TensorLayout(shape: [.max, 2], strides: [1, 1]) == nil)
    #expect(TensorLayout(shape: [3], strides: [.max]) == nil)
    #expect(TensorLayout(shape: [2], strides: [.max]) == nil)
    #expect(TensorLayout(shape: [0, .max, 2], strides: [1, 1, 1]) == nil)
  }
}
