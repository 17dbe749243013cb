import Foundation
import Testing

@Suite struct ServeCommandTests {
  @Test(arguments: [
    ("--port 65536", "65536"), ("--port -1", "-1"), ("--batch 0", "batch of 0"),
    ("--batch-wait -1", "-0.001"), ("--queue 0", "queue of 0"), ("--decoders 0", "0 decoders"),
    ("--max-body 0", "max-body"), ("--max-body 20X", "max-body"), ("--max-pixels 0", "0 pixels"),
    ("--max-connections 0", "0 connections"), ("--body-timeout 0", "0.0 seconds"),
    ("--idle-timeout nan", "nan seconds"), ("--shutdown-grace -1", "-1.0 seconds"),
    ("--score 1.5", "0...1"), ("--threads 0", "1...1024"), ("--allow-origin example.org", "origin"),
    ("--precision half", "precision"), ("--log-format xml", "log-format"),
  ])
  func `what cannot be is refused before anything is read`(option: String, part: String) throws {
    let parts = option.split(separator: " ", maxSplits: 1).map(String.init)
    // A value that begins with a dash is a value all the same where it stands behind an equals sign.
    try expectFailure(
      ["serve", "--model", "no-such-model", "\(parts[0])=\(parts[1])"],
      status: 64,
      naming: [part]
    )
  }

  @Test func `a model that is not there is named`() throws {
    try expectFailure(["serve", "--model", "no-such-model"], status: 1, naming: ["no-such-model"])
  }

  @Test func `a token that is none is told with its file and never shown`() throws {
    let folder = try TemporaryFolder()
    for text in ["", "  \n", "two words", "schlüssel"] {
      let file = try folder.write(text, to: "token")
      let arguments = ["serve", "--model", "no-such-model", "--token-file", file]
      try expectFailure(
        arguments,
        status: 1,
        naming: [file, "found no token", "expected one line"]
      )
      if text.contains(where: \.isLetter) {
        let shown = try FocalProcess(arguments).error
        #expect(!shown.contains(text))
      }
    }
    let absent = folder.path("absent")
    try expectFailure(
      ["serve", "--model", "no-such-model", "--token-file", absent],
      status: 1,
      naming: [absent, "no such file"]
    )
  }
}
