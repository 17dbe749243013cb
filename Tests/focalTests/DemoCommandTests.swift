import Foundation
import Testing

struct DemoCommandTests {
  @Test func `a folder that is something else is left alone`() throws {
    let folder = try TemporaryFolder()
    let mine = try folder.write("mine", to: "thesis.txt")
    try expectFailure(
      ["demo", "--out", folder.url.path],
      status: 1,
      naming: [folder.url.path, "thesis.txt", "--out"]
    )
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == "mine")
  }
}
