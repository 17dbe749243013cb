import Testing
import Torch
import TorchTestSupport

@Suite struct TensorComparisonTests {
  let a: Tensor
  let b: Tensor

  init() throws {
    a = try Tensor([1, 2, 3])
    b = try Tensor([2, 2, 2])
  }

  @Test func `relations between tensors`() throws {
    #expect(try a.less(b).bools() == [true, false, false])
    #expect(try a.lessEqual(b).bools() == [true, true, false])
    #expect(try a.greater(b).bools() == [false, false, true])
    #expect(try a.greaterEqual(b).bools() == [false, true, true])
    #expect(try a.equal(b).bools() == [false, true, false])
    #expect(try a.notEqual(b).bools() == [true, false, true])
  }

  @Test func `relations with numbers`() throws {
    #expect(try a.less(2).bools() == [true, false, false])
    #expect(try a.lessEqual(2).bools() == [true, true, false])
    #expect(try a.greater(2).bools() == [false, false, true])
    #expect(try a.greaterEqual(2).bools() == [false, true, true])
    #expect(try a.equal(2).bools() == [false, true, false])
    #expect(try a.notEqual(2).bools() == [true, false, true])
    #expect(try a.equal(.nan).any().item() == 0)
  }

  @Test func `logic`() throws {
    let (p, q) = (try Tensor([true, true, false]), try Tensor([true, false, false]))
    #expect(try p.logicalAnd(q).bools() == [true, false, false])
    #expect(try p.logicalOr(q).bools() == [true, true, false])
    #expect(try p.logicalNot().bools() == [false, false, true])
  }

  @Test func `where takes from one side or the other`() throws {
    let condition = try a.less(3)
    try expectElements(.where(condition, a, b), [1, 2, 2])
    try expectElements(.where(condition, a, -1), [1, 2, -1])
    #expect(throws: TorchError.self) { try Tensor.where(condition, a, Tensor([1, 2])) }
  }
}
