import Foundation
import TestSupport
import Testing

@Suite struct SharedDataTests {
  @Test func `the package root holds this file's folders`() {
    for path in ["Sources/TestSupport/SharedData.swift", "Tests/TestSupportTests"] {
      let url = SharedData.packageRoot.appendingPathComponent(path)
      #expect(FileManager.default.fileExists(atPath: url.path), "\(url.path)")
    }
  }

  @Test func `shared data lies beside the package`() {
    let url = SharedData.url("coco_eval/README.md")
    #expect(url.path.hasSuffix("/shared/data/coco_eval/README.md"))
    #expect(
      SharedData.url().deletingLastPathComponent().deletingLastPathComponent().path
        == SharedData.packageRoot.deletingLastPathComponent().path
    )
    #expect(!SharedData.exists("no such folder"))
  }

  @Test(.requiresSharedData()) func `a test that needs the data finds it`() {
    #expect(SharedData.exists())
  }

  @Test(.requiresSharedData("no such folder")) func `a test without its data is skipped`() {
    Issue.record("this ran without the data that it requires")
  }
}
