/// What a server accepts, so that no request can take more than its share.
package struct ServerLimits: Hashable, Sendable {
  /// Greatest size of a request's body, in bytes.
  package var bodyBytes = 20 << 20
  /// Greatest number of pixels of a picture.
  package var pixels = 50_000_000
  /// Greatest number of pictures that wait; one more is answered with 503.
  package var queueLength = 64
  /// How long a request may take to arrive in full, in seconds.
  package var bodySeconds = 30.0

  /// The limits of a server that is not told others.
  package init() {}

  /// What is wrong with the limits, if anything.
  package var fault: String? {
    if bodyBytes < 1 { return "found a body of \(bodyBytes) bytes, expected 1 or more" }
    if pixels < 1 { return "found \(pixels) pixels, expected 1 or more" }
    if queueLength < 1 { return "found a queue of \(queueLength), expected 1 or more" }
    if !(bodySeconds > 0) { return "found \(bodySeconds) seconds for a body, expected more than 0" }
    return nil
  }
}
