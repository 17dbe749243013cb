import Testing

@testable import DetectionServer

@Suite struct MultipartFormTests {
  private let type = "multipart/form-data; boundary=XX"

  private func pictures(
    _ body: String,
    type: String? = nil,
    limit: Int = 3
  ) throws -> [ReceivedPicture] {
    try MultipartForm(contentType: type ?? self.type).pictures(in: Array(body.utf8), limit: limit)
  }

  private func part(_ content: String, _ disposition: String = "form-data; name=\"image\"")
    -> String
  {
    "--XX\r\nContent-Disposition: \(disposition)\r\n\r\n\(content)\r\n"
  }

  @Test func `a form of one picture, as curl sends it`() throws {
    let body =
      "--XX\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n"
      + "Content-Type: image/jpeg\r\n\r\nJPEG\r\n--XX--\r\n"
    #expect(try pictures(body) == [ReceivedPicture(fileName: "a.jpg", bytes: Array("JPEG".utf8))])
  }

  @Test func `contents are kept to the byte`() throws {
    let contents = ["", "\r\n", "--X", "\r\n--X", "\r\n\r\n--\r\n", "a\r\r\n--Y"]
    for content in contents {
      let found = try pictures(part(content) + part("second") + "--XX--")
      #expect(found.map { String(decoding: $0.bytes, as: UTF8.self) } == [content, "second"])
    }
  }

  @Test(
    arguments: [
      ("form-data; name=\"image\"", nil), ("form-data; name=image; filename=x.png", "x.png"),
      ("form-data; filename=\"a;b=\\\"c\\\".jpg\"; name=\"image\"", "a;b=\"c\".jpg"),
      ("Form-Data; NAME=\"image\"; FileName=\"\"", nil),
      ("form-data; name=\"image\"; filename=\"C:\\dir\\x.jpg\"", "C:\\dir\\x.jpg"),
    ] as [(String, String?)]
  )
  func `names of files, in all their spellings`(disposition: String, name: String?) throws {
    #expect(try pictures(part("x", disposition) + "--XX--").map(\.fileName) == [name])
  }

  @Test func `a boundary may be in quotes and have spaces`() throws {
    let found = try pictures(
      "--a b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx\r\n--a b--",
      type: "Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""
    )
    #expect(found.count == 1)
  }

  @Test(arguments: [
    ("", "the body"), ("x", "the body"), ("--XX", "part 1"), ("--XX--", "the body"),
    ("--XX\r\n", "part 1"), ("--XX\r\n\r\nx\r\n--XX--", "part 1"),
    ("--XX\nContent-Disposition: form-data; name=\"image\"\n\nx\n--XX--", "part 1"),
    ("--XX\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx", "part 1"),
    ("--XX\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx\r\n--XX", "part 2"),
    ("--XX\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx\r\n--XX-- more", "the body"),
    ("--XX\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--XX--", "name"),
    ("--XX\r\nContent-Disposition: attachment; name=\"image\"\r\n\r\nx\r\n--XX--", "attachment"),
    ("--XX\r\nno colon\r\n\r\nx\r\n--XX--", "no colon"),
  ])
  func `what is not exactly a form is refused, with its place`(body: String, part: String) throws {
    let error = #expect(throws: ServerError.self) { try pictures(body) }
    #expect(error?.code == .malformedForm)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(
      error?.message.contains("found ") == true && error?.message.contains("expected ") == true
    )
  }

  @Test func `pictures beyond the limit are refused`() throws {
    let three = String(repeating: part("x"), count: 3) + "--XX--"
    #expect(try pictures(three, limit: 3).count == 3)
    let error = #expect(throws: ServerError.self) { try pictures(three, limit: 2) }
    #expect(error?.code == .tooManyImages)
  }

  @Test func `heads beyond the limit are refused`() throws {
    let long = String(repeating: "x", count: MultipartForm.longestHead)
    #expect(throws: ServerError.self) {
      try pictures(
        "--XX\r\nX: \(long)\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx\r\n--XX--"
      )
    }
  }

  @Test(arguments: [
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
    "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
    "multipart/form-data; boundary=ä",
  ])
  func `a form without a usable boundary is refused`(type: String) {
    let error = #expect(throws: ServerError.self) { try MultipartForm(contentType: type) }
    #expect(error?.code == .malformedForm)
  }

  /// Cut anywhere, a form is refused; it never gives half a picture.
  @Test func `no beginning of a form is one`() throws {
    let whole = part("picture") + "--XX--"
    #expect(try pictures(whole).count == 1)
    for count in 0..<whole.utf8.count {
      #expect(throws: ServerError.self, "\(count) bytes") {
        try pictures(String(decoding: whole.utf8.prefix(count), as: UTF8.self))
      }
    }
  }
}
