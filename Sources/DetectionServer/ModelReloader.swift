import Foundation
package import Logging

/// Reads the model again when it is told to, beside the network, and gives it to the service if it is sound.
///
/// `@unchecked`: `wishes` is read and written under the lock.
package final class ModelReloader: @unchecked Sendable {
  private let load: @Sendable () throws -> sending LoadedModel
  private let service: DetectionService
  private let logger: Logger
  private let lock = NSLock()
  private var wishes = 0

  /// - Parameters:
  ///   - service: What gets the model.
  ///   - logger: Where the outcome is told.
  ///   - load: Reads the model, on a thread of its own.
  package init(
    _ service: DetectionService,
    logger: Logger,
    load: @escaping @Sendable () throws -> sending LoadedModel
  ) {
    (self.service, self.logger, self.load) = (service, logger, load)
  }

  /// Reads the model once more; while one is being read, once more after it.
  package func reload() {
    let isFirst = lock.withLock {
      // A file may change again while it is read: one more reading is enough for all later wishes.
      wishes = min(wishes + 1, 2)
      return wishes == 1
    }
    guard isFirst else { return }
    let thread = Thread {
      repeat { self.readOnce() } while self.hasMore()
    }
    thread.name = "model"
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func hasMore() -> Bool {
    lock.withLock {
      wishes -= 1
      return wishes > 0
    }
  }

  private func readOnce() {
    do {
      let model = try load()
      let name = model.description.name
      service.replace(with: model)
      service.metrics.reloads.add()
      logger.notice("model replaced", metadata: ["model": "\(name)"])
    } catch {
      service.metrics.failedReloads.add()
      logger.error(
        "model not replaced, the one before goes on",
        metadata: ["reason": "\(ServerError.oneLine("\(error)"))"]
      )
    }
  }
}
