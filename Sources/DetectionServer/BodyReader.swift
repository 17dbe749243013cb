import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Bytes that all requests together may hold.
///
/// `@unchecked`: `taken` is read and written under the lock.
final class BufferBudget: @unchecked Sendable {
  private let limit: Int
  private let lock = NSLock()
  private var taken = 0

  /// - Parameter limit: Bytes.
  init(limit: Int) { self.limit = limit }

  /// Takes some, if there are as many.
  ///
  /// - Parameter count: Bytes.
  /// - Returns: Whether there were.
  func take(_ count: Int) -> Bool {
    lock.withLock {
      if taken + count > limit { return false }
      taken += count
      return true
    }
  }

  /// Gives some back.
  ///
  /// - Parameter count: Bytes.
  func giveBack(_ count: Int) { lock.withLock { taken -= count } }
}

/// Reads a request's body within limits of size and time.
struct BodyReader: Sendable {
  let limits: ServerLimits
  let budget: BufferBudget

  /// What the headers promise is held against the limits before a byte is read.
  ///
  /// - Parameter headers: The request's.
  /// - Returns: The length that was promised; `nil` for a body in chunks.
  /// - Throws: ``ServerError`` with 411 or 413.
  func check(_ headers: HTTPFields) throws(ServerError) -> Int? {
    guard let text = headers[.contentLength] else {
      if headers[.transferEncoding] != nil { return nil }
      throw ServerError(
        .lengthRequired,
        "found neither Content-Length nor Transfer-Encoding: chunked, expected one of them and a picture as the body"
      )
    }
    guard let length = Int(text), length >= 0 else {
      throw tooLarge("Content-Length \(ServerError.shown(text))")
    }
    if length > limits.bodyBytes { throw tooLarge("Content-Length \(length)") }
    if length == 0 {
      throw ServerError(
        .emptyBody,
        "found an empty body, expected a JPEG, PNG or WebP picture, or a form of them"
      )
    }
    return length
  }

  private func tooLarge(_ found: String) -> ServerError {
    ServerError(
      .bodyTooLarge,
      "found \(found), expected \(limits.bodyBytes) bytes at most; send a smaller picture, or start the server with --max-body",
      closesConnection: true
    )
  }

  /// Reads all of it.
  ///
  /// - Parameters:
  ///   - body: The body.
  ///   - promised: Its length, where it is known.
  /// - Returns: The bytes, which the caller gives back to ``budget``.
  /// - Throws: ``ServerError`` with 400, 408, 413 or 503; then nothing is to be given back.
  func bytes(of body: RequestBody, promised: Int?) async throws(ServerError) -> [UInt8] {
    let result = await withTaskGroup(of: Result<[UInt8], ServerError>?.self) { group in
      group.addTask { await collect(body, promised) }
      group.addTask {
        try? await Task.sleep(for: .seconds(limits.bodySeconds))
        return nil
      }
      let first = await group.next().flatMap { $0 }
      group.cancelAll()
      // What was read although it was too late is given back.
      if first == nil {
        for await late in group {
          if case .success(let bytes) = late { budget.giveBack(bytes.count) }
        }
      }
      return first
    }
    guard let result else {
      throw ServerError(
        .slowBody,
        "found no end of the body after \(limits.bodySeconds) s, expected all of it by then; send it faster, or less of it",
        closesConnection: true
      )
    }
    return try result.get()
  }

  private func collect(_ body: RequestBody, _ promised: Int?) async -> Result<[UInt8], ServerError>
  {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(promised ?? 0, limits.bodyBytes, 1 << 20))
    do {
      for try await buffer in body {
        if bytes.count + buffer.readableBytes > limits.bodyBytes {
          budget.giveBack(bytes.count)
          return .failure(tooLarge("more than \(limits.bodyBytes) bytes"))
        }
        guard budget.take(buffer.readableBytes) else {
          budget.giveBack(bytes.count)
          return .failure(
            ServerError(
              .outOfMemory,
              "found \(limits.bufferedBytes) bytes of bodies waiting, expected no more; try again later",
              retryAfter: 2,
              closesConnection: true
            )
          )
        }
        bytes.append(contentsOf: buffer.readableBytesView)
      }
    } catch {
      budget.giveBack(bytes.count)
      return .failure(incomplete(bytes.count, promised))
    }
    if let promised, bytes.count < promised {
      budget.giveBack(bytes.count)
      return .failure(incomplete(bytes.count, promised))
    }
    if bytes.isEmpty {
      return .failure(
        ServerError(
          .emptyBody,
          "found an empty body, expected a JPEG, PNG or WebP picture, or a form of them"
        )
      )
    }
    return .success(bytes)
  }

  private func incomplete(_ count: Int, _ promised: Int?) -> ServerError {
    ServerError(
      .incompleteBody,
      "found the end of the connection after \(count) bytes of the body, expected "
        + (promised.map { "\($0)" } ?? "chunks to their end"),
      closesConnection: true
    )
  }
}
