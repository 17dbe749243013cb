import ModelExport
import Testing

struct ModelExportErrorTests {
  @Test func `an error is one line of place and message`() {
    let error = ModelExportError(place: "detection.limit", message: "found 0, expected 1 or more")
    #expect(error.description == "detection.limit: found 0, expected 1 or more")
  }
}
