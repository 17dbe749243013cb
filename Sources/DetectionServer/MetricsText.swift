import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Figures as Prometheus reads them, text format 0.0.4.
struct MetricsText {
  /// The type of the text.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  /// The figures of a server.
  ///
  /// - Parameters:
  ///   - service: Queue, model, counts.
  ///   - connections: Open connections.
  ///   - isDraining: Whether it was told to stop.
  ///   - start: When it started.
  init(_ service: DetectionService, connections: Int, isDraining: Bool, start: Date) {
    let (metrics, model) = (service.metrics, service.model)
    let answers = metrics.answerCounts
    head("focal_http_requests_total", "counter", "Requests answered, by route and status.")
    for (answer, count) in answers {
      sample(
        "focal_http_requests_total",
        [("route", answer.route), ("status", "\(answer.status)")],
        "\(count)"
      )
    }
    let rejected = answers.filter { $0.answer.status == 503 }.reduce(0) { $0 + $1.count }
    value("focal_requests_rejected_total", "counter", "Requests answered with 503.", "\(rejected)")
    value(
      "focal_requests_abandoned_total",
      "counter",
      "Requests whose client went away before the answer.",
      "\(metrics.abandoned.total)"
    )
    value("focal_pictures_total", "counter", "Pictures taken in.", "\(metrics.pictures.total)")
    value(
      "focal_model_reloads_total",
      "counter",
      "Models read again and taken.",
      "\(metrics.reloads.total)"
    )
    value(
      "focal_model_reload_failures_total",
      "counter",
      "Models that could not be read again.",
      "\(metrics.failedReloads.total)"
    )
    value(
      "focal_queue_length",
      "gauge",
      "Pictures that wait for a decoder or the network.",
      "\(service.queueLength)"
    )
    value("focal_connections", "gauge", "Open connections.", "\(connections)")
    value(
      "focal_ready",
      "gauge",
      "1 while requests are welcome, 0 while the server stops.",
      isDraining ? "0" : "1"
    )
    histogram(
      "focal_queue_seconds",
      "How long a picture waited for a decoder and the network.",
      metrics.queueSeconds
    )
    histogram("focal_decode_seconds", "Decoding and preparing a picture.", metrics.decodeSeconds)
    histogram(
      "focal_inference_seconds",
      "A batch's way through the network.",
      metrics.inferenceSeconds
    )
    histogram(
      "focal_request_seconds",
      "A detection request from its first line to its answer.",
      metrics.totalSeconds
    )
    histogram("focal_batch_pictures", "Pictures in a batch.", metrics.batchSizes)
    head("focal_model_info", "gauge", "The model that runs.")
    sample("focal_model_info", [("name", model.name), ("precision", model.precision)], "1")
    value(
      "focal_model_loaded_timestamp_seconds",
      "gauge",
      "When the model was read.",
      "\(model.loadedAt.timeIntervalSince1970)"
    )
    value(
      "process_start_time_seconds",
      "gauge",
      "When the server started.",
      "\(start.timeIntervalSince1970)"
    )
    if let bytes = Self.residentBytes {
      value(
        "process_resident_memory_bytes",
        "gauge",
        "Memory that the process occupies.",
        "\(bytes)"
      )
    }
  }

  private mutating func head(_ name: String, _ kind: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
    let list = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    text += list.isEmpty ? "\(name) \(value)\n" : "\(name){\(list)} \(value)\n"
  }

  private mutating func value(_ name: String, _ kind: String, _ help: String, _ value: String) {
    head(name, kind, help)
    sample(name, [], value)
  }

  private mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
    let (counts, total, sum) = histogram.cumulative
    head(name, "histogram", help)
    for (bound, count) in zip(histogram.bounds, counts) {
      sample("\(name)_bucket", [("le", "\(bound)")], "\(count)")
    }
    sample("\(name)_bucket", [("le", "+Inf")], "\(total)")
    sample("\(name)_sum", [], "\(sum)")
    sample("\(name)_count", [], "\(total)")
  }

  /// A label's value as the format wants it.
  ///
  /// - Parameter text: Any text.
  /// - Returns: The text with backslashes before backslashes, quotation marks and line ends.
  static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private static var residentBytes: Int? {
    #if os(Linux)
      // "size resident shared …", in pages.
      guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
        let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { return nil }
      return pages * sysconf(Int32(_SC_PAGESIZE))
    #else
      return nil
    #endif
  }
}
