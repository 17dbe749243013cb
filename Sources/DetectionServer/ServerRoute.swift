/// What a server can be asked.
package enum ServerRoute: String, Hashable, Sendable, CaseIterable {
  /// The page, and the files that it loads.
  case page = "/"
  case detections = "/v1/detections"
  case model = "/v1/model"
  case health = "/healthz"
  case readiness = "/readyz"
  case metrics = "/metrics"
  case document = "/openapi.json"

  /// The methods that it takes; `HEAD` wherever `GET` is.
  package var methods: [String] { self == .detections ? ["POST"] : ["GET", "HEAD"] }

  /// Whether it is answered without a token: probes have none, and a browser shows none when it opens the page.
  package var isOpen: Bool { self == .health || self == .readiness || self == .page }
}
