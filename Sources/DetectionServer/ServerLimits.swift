/// What a server accepts, so that no request can take more than its share.
package struct ServerLimits: Hashable, Sendable {
  /// Greatest size of a request's body, in bytes.
  package var bodyBytes = 20 << 20
  /// Greatest number of pixels of a picture.
  package var pixels = 50_000_000
  /// Greatest number of pictures that wait; one more is answered with 503.
  package var queueLength = 64
  /// Greatest number of pictures in one request.
  package var picturesPerRequest = 16
  /// How long a request's body may take to arrive in full, in seconds.
  package var bodySeconds = 30.0
  /// How long a connection may be open without a request, in seconds; a request's head has to arrive in it.
  package var idleSeconds = 60.0
  /// Greatest number of connections; more wait until one is closed.
  package var connections = 256

  /// The limits of a server that is not told others.
  package init() {}

  /// Greatest size of all bodies that are held at once, in bytes: 256 MiB, or four of the greatest.
  package var bufferedBytes: Int { max(256 << 20, bodyBytes.multipliedReportingOverflow(by: 4).0) }

  /// What is wrong with the limits, if anything.
  package var fault: String? {
    if !(1...(1 << 30)).contains(bodyBytes) {
      return "found a body of \(bodyBytes) bytes, expected 1...\(1 << 30)"
    }
    if pixels < 1 { return "found \(pixels) pixels, expected 1 or more" }
    if queueLength < 1 { return "found a queue of \(queueLength), expected 1 or more" }
    if picturesPerRequest < 1 {
      return "found \(picturesPerRequest) pictures a request, expected 1 or more"
    }
    if !Self.isTime(bodySeconds) {
      return "found \(bodySeconds) seconds for a body, expected more than 0, a day at most"
    }
    if !Self.isTime(idleSeconds) {
      return "found \(idleSeconds) seconds without a request, expected more than 0, a day at most"
    }
    if connections < 1 { return "found \(connections) connections, expected 1 or more" }
    return nil
  }

  private static func isTime(_ seconds: Double) -> Bool { seconds > 0 && seconds <= 86_400 }
}
