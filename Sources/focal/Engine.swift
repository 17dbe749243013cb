import CommandConsole
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program beside this one that holds LibTorch and every other command.
enum Engine {
  static let name = "focal-engine"

  /// Becomes the engine, with the same arguments, environment, streams and process id.
  static func replaceProcess() -> Never {
    let engine = folder.appendingPathComponent(name).path
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    execv(engine, arguments)
    let reason = String(cString: strerror(errno))
    Console.error(
      "\(engine): cannot be run: \(reason); focal and \(name) belong in one folder, build both with make build"
    )
    exit(1)
  }

  /// Where this program lies, at the end of its links.
  private static var folder: URL {
    let path =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent()
  }
}
