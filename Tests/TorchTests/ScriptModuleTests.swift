import Foundation
import Testing
import Torch
import TorchTestSupport

struct ScriptModuleTests {
  private static let source = """
    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        return (x + self.shift, x * 2)

    """

  private func module() throws -> ScriptModule {
    try ScriptModule(
      name: "__torch__.Test",
      buffers: [("shift", Tensor([10, 20]))],
      source: Self.source
    )
  }

  @Test func `a compiled network computes`() throws {
    let outputs = try module()([Tensor([1, 2])], outputCount: 2)
    try expectElements(outputs[0], [11, 22])
    try expectElements(outputs[1], [2, 4])
  }

  @Test func `a network survives its file, with the text beside it`() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString).pt")
    defer { try? FileManager.default.removeItem(at: url) }
    try module().save(to: url.path, noteName: "note.txt", note: "größer \"als\" 0\n")
    let read = try ScriptModule(contentsOf: url.path, noteName: "note.txt")
    #expect(read.note == "größer \"als\" 0\n")
    try expectElements(read([Tensor([1, 2])], outputCount: 2)[0], [11, 22])
    #expect(try ScriptModule(contentsOf: url.path, noteName: "other.txt").note == "")
  }

  @Test func `source that does not compile is an error of one line`() {
    let source = "def forward(self) -> Tensor:\n    return x\n"
    let error = #expect(throws: TorchError.self) {
      try ScriptModule(name: "__torch__.Test", buffers: [], source: source)
    }
    #expect(error?.operation == "ScriptModule.define")
    #expect(error?.description.contains("\n") == false)
  }

  @Test func `what cannot be read, written or run is an error`() throws {
    let missing = "/nonexistent/folder/model.pt"
    #expect(throws: TorchError.self) { try ScriptModule(contentsOf: missing, noteName: "n") }
    let module = try module()
    #expect(throws: TorchError.self) { try module.save(to: missing, noteName: "n", note: "") }
    #expect(throws: TorchError.self) { try module([], outputCount: 2) }
    #expect(throws: TorchError.self) { try module([Tensor([1, 2])], outputCount: 3) }
    #expect(throws: TorchError.self) { try module([Tensor([1, 2, 3])], outputCount: 2) }
  }
}
