import Foundation
import Testing

/// What becomes of streams that cannot be written.
@Suite(.serialized) struct OutputTests {
  @Test(arguments: [["info"], ["info", "--json"], ["config"], ["--help"], ["--version"]])
  func `output that cannot be written is told, with status 1`(arguments: [String]) throws {
    for redirection in FileManager.default.fileExists(atPath: "/dev/full")
      ? [">/dev/full", ">&-"] : [">&-"]
    {
      let run = try FocalProcess(arguments, redirection: redirection)
      #expect(run.status == 1, "\(redirection)")
      #expect(run.errorLines.count == 1, "\(run.error)")
      #expect(run.error.hasPrefix("focal: error: standard output: cannot be written: "))
    }
  }

  @Test func `messages that cannot be written change nothing`() throws {
    for redirection in ["2>&-", "2>/dev/full"] {
      #expect(try FocalProcess(["nonsense"], redirection: redirection).status == 64)
      let info = try FocalProcess(["info"], redirection: redirection)
      #expect(info.status == 0 && info.output.hasPrefix("focal"))
    }
    #expect(try FocalProcess(["info"], redirection: ">&- 2>&-").status == 1)
  }

  @Test func `a reader that goes away ends the command in silence`() throws {
    // The status of focal itself, which a pipeline hides.
    let run = try FocalProcess(
      ["config"],
      redirection: "; true | { sleep 0.2; \"$0\" \"$@\"; echo $? >&2; } | true"
    )
    #expect(run.status == 0)
    #expect(run.error == "1\n")
  }
}
