import COCOFormat
import Testing

struct IDIndexTests {
  @Test(arguments: [
    [], [5], [0, 1, 2], [90, 1, 45], [-7, 7, 0], [.min, .max, 0], [.max, .max - 1], [1 << 40, 3],
  ])
  func `every id has its position and no other has one`(ids: [Int]) {
    let index = IDIndex(ids)
    for (position, id) in ids.enumerated() { #expect(index.position(of: id) == position) }
    for id in [Int.min, -1, 4, 6, 91, 1 << 41, .max] where !ids.contains(id) {
      #expect(index.position(of: id) == nil)
    }
    #expect(index.isUnique)
  }

  @Test(arguments: [[3, 4, 3], [.min, .max, .min]])
  func `of an id that occurs twice the first position counts`(ids: [Int]) {
    let index = IDIndex(ids)
    #expect(index.position(of: ids[2]) == 0 && !index.isUnique)
  }
}
