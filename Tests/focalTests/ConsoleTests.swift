import CommandConsole
import Testing

@Suite struct ConsoleTests {
  private static let line =
    "focal: warning: 1 step in all (1 epoch of 1): too few to learn from; set schedule.epochs=300 or more"

  @Test func `what a file holds commands no terminal`() {
    #expect(
      Console.oneLine("epo\u{202E}hcs\u{1B}[31m\u{9B}2J: no\nsuch key")
        == "epo�hcs�[31m�2J: no such key"
    )
    #expect(Console.oneLine("größer\tals 👩‍🔬 ist → nichts") == "größer\tals 👩‍🔬 ist → nichts")
  }

  @Test func `a long line is broken between words and indented`() {
    #expect(
      Console.wrapped("focal: warning: one two three four", columns: 25)
        == "focal: warning: one two\n  three four"
    )
    // The last column stays free.
    #expect(
      Console.wrapped("0123456789 0123456789 01", columns: 24) == "0123456789 0123456789\n  01"
    )
    #expect(Console.wrapped("0123456789 0123456789 01", columns: 25) == "0123456789 0123456789 01")
  }

  @Test(arguments: 23...140) func `no line is as wide as the terminal, no word is lost`(
    columns: Int
  ) {
    let wrapped = Console.wrapped(Self.line, columns: columns)
    let lines = wrapped.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < columns })
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  ") && !$0.hasPrefix("   ") })
    let words = wrapped.split { $0 == " " || $0 == "\n" }
    #expect(words == Self.line.split(separator: " "))
  }

  @Test func `a path too long for a line is left whole, a narrow terminal alone`() {
    let path = String(repeating: "/folder", count: 20)
    #expect(Console.wrapped("see \(path) there", columns: 40) == "see\n  \(path)\n  there")
    #expect(Console.wrapped(Self.line, columns: 10) == Self.line)
    #expect(Console.wrapped("", columns: 80) == "")
  }

  @Test func `one of a thing is not several`() {
    #expect(CountText.of(1, "thread") == "1 thread")
    #expect(CountText.of(0, "thread") == "0 threads" && CountText.of(12, "core") == "12 cores")
  }

  @Test func `an end with details can be told in a line`() {
    #expect(
      CommandFailure(message: "a: 2 keys:", details: ["b", "c"], status: 1).line
        == "a: 2 keys: b; c"
    )
    #expect(CommandFailure.failed("a").line == "a")
  }
}
