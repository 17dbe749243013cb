import Foundation
import Testing

@testable import DetectionTraining

struct RunWriterTests {
  private struct Fault: Error, Equatable {
    let number: Int
  }

  /// What was written, in order.
  ///
  /// `@unchecked`: under the lock.
  private final class Page: @unchecked Sendable {
    private let lock = NSLock()
    private var written: [Int] = []

    func write(_ number: Int) { lock.withLock { written.append(number) } }
    var text: [Int] { lock.withLock { written } }
  }

  @Test func `work is done in order, each piece before the next is taken`() throws {
    let (writer, page) = (RunWriter(), Page())
    for number in 0..<100 {
      try writer.write { page.write(number) }
      // One may be under way, no more.
      #expect(page.text.count >= number)
    }
    try writer.finish()
    #expect(page.text == Array(0..<100))
    writer.close()
  }

  @Test func `a failure is told once, to whoever comes next`() throws {
    let writer = RunWriter()
    try writer.write { throw Fault(number: 1) }
    #expect(throws: Fault(number: 1)) { try writer.finish() }
    try writer.finish()
    try writer.check()
    try writer.write { throw Fault(number: 2) }
    #expect(throws: Fault(number: 2)) { try writer.write {} }
    try writer.write { throw Fault(number: 3) }
    // What nobody asks for any more is let go.
    writer.close()
  }

  @Test func `closing waits for what is under way`() throws {
    let (writer, page) = (RunWriter(), Page())
    try writer.write {
      Thread.sleep(forTimeInterval: 0.05)
      page.write(1)
    }
    writer.close()
    #expect(page.text == [1])
  }

  @Test func `a writer without work needs no closing`() throws {
    weak var gone: RunWriter?
    do {
      let writer = RunWriter()
      gone = writer
      try writer.check()
    }
    #expect(gone == nil)
  }
}
