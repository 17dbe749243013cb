import CommandConsole
import Testing

@Suite struct ProgressLineTests {
  private static let parts = [
    "1200/90000 steps", "3.21/s", "7:41:02 left", "class 0.312", "box 0.208", "25.7 images/s",
    "data wait 3 %", "812 MiB",
  ]

  @Test(arguments: 1...200) func `a line is narrower than the terminal`(columns: Int) {
    let line = ProgressLine.line("first", 0.4, Self.parts, columns: columns)
    #expect(line.count < max(columns, 1))
  }

  @Test func `what does not fit is left out from the end, whole`() {
    let wide = ProgressLine.line("first", 0.5, Self.parts, columns: 200)
    #expect(wide.contains("812 MiB") && wide.contains("█") && wide.contains("░"))
    let usual = ProgressLine.line("first", 0.5, Self.parts, columns: 80)
    #expect(usual.contains("class 0.312") && !usual.contains("MiB") && !usual.hasSuffix(","))
    let narrow = ProgressLine.line("first", 0.5, Self.parts, columns: 46)
    #expect(narrow == "first 1200/90000 steps, 3.21/s, 7:41:02 left")
  }

  @Test func `a share out of range draws a whole bar`() {
    for share in [-1.0, 2] {
      let line = ProgressLine.line("a", share, ["1"], columns: 40)
      #expect(line.count { $0 == "█" || $0 == "░" } == 30)
    }
  }
}
