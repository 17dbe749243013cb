/// One file of the server's page.
package struct PageAsset: Hashable, Sendable {
  /// Where it is served, from `/`.
  package let path: String
  /// The value of `Content-Type`.
  package let contentType: String
  /// What is served, to be sent as UTF-8.
  package let body: String
  /// The value of `ETag`, in its quotation marks: another where the body is another.
  package let entityTag: String

  init(path: String, contentType: String, body: String) {
    self.path = path
    self.contentType = contentType
    self.body = body
    // FNV-1a: a body that somebody else chose does not come here, so it need not withstand an attack.
    let hash = body.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    entityTag = "\"\(String(repeating: "0", count: 16 - digits.count))\(digits)\""
  }
}
