import FocalLoss
import TestSupport
import Testing

struct HardNegativeMiningTests {
  private func rows(_ losses: [Float], _ classes: [Int32], ratio: Int = 3) -> [Int] {
    HardNegativeMining(negativesPerPositive: ratio).rows(losses: losses, classIndices: classes)
  }

  /// Objects 1 and 4; of the background rows 0, 2, 3, 6 the hardest two for a ratio of one.
  @Test func `hand-worked: all objects, and the hardest background for each`() {
    let losses: [Float] = [0.3, 0.1, 0.9, 0.5, 2, 7, 0.4]
    let classes: [Int32] = [-1, 0, -1, -1, 2, -2, -1]
    #expect(rows(losses, classes, ratio: 1) == [1, 4, 2, 3])
    #expect(rows(losses, classes, ratio: 0) == [1, 4])
    // Six were wanted, four there are.
    #expect(rows(losses, classes) == [1, 4, 2, 3, 6, 0])
    #expect(rows(losses, classes, ratio: .max) == [1, 4, 2, 3, 6, 0])
  }

  @Test func `of equal losses the lower row is first, a NaN is the hardest`() {
    #expect(rows([1, 1, 1, 0], [-1, -1, -1, 0], ratio: 2) == [3, 0, 1])
    #expect(rows([1, .infinity, .nan, 0], [-1, -1, -1, 0], ratio: 2) == [3, 1, 2])
    #expect(rows([.nan, 5, 0], [-1, -1, 0], ratio: 1) == [2, 0])
  }

  @Test func `no positives, all positives, all ignored, nothing`() {
    #expect(rows([1, 2], [-1, -1]) == [])
    #expect(rows([1, 2], [0, 5]) == [0, 1])
    #expect(rows([1, 2], [-2, -2]) == [])
    #expect(rows([], []) == [])
    #expect(HardNegativeMining().negativesPerPositive == 3)
  }
}
