/// The server's work without HTTP, so that a server under load has something to be held against.
package enum ServiceTrial {
  /// Has clients that do not exist ask as fast as they are answered.
  ///
  /// - Parameters:
  ///   - service: What looks at pictures.
  ///   - pictures: Encoded, asked about in turns.
  ///   - clients: Requests at a time, of one picture each; no more than the queue holds.
  ///   - duration: For how long.
  /// - Returns: Pictures a second.
  /// - Throws: What a picture was refused for.
  package static func picturesPerSecond(
    _ service: DetectionService,
    pictures: [[UInt8]],
    clients: Int,
    for duration: Duration
  ) async throws -> Double {
    precondition(!pictures.isEmpty && clients >= 1, "somebody asks about something")
    let clock = ContinuousClock()
    let begin = clock.now
    let model = service.model
    let query = try DetectionQuery(nil, for: model)
    let done = try await withThrowingTaskGroup(of: Int.self) { group in
      for client in 0..<clients {
        group.addTask {
          var count = 0
          while clock.now - begin < duration {
            let bytes = pictures[(client + count * clients) % pictures.count]
            let picture = ReceivedPicture(fileName: nil, bytes: bytes)
            let job = DetectionJob([picture], query: query, model: model)
            try service.submit(job)
            switch await job.outcome() {
            case .done(let findings):
              // The answer is written, as a server would.
              _ = ServerAnswer(findings, of: job, total: .zero)
              count += 1
            case .failed(let error): throw error
            case .abandoned: break
            }
          }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
    return Double(done) / ((clock.now - begin) / .seconds(1))
  }
}
