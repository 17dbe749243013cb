import Foundation
import Testing

/// One run of the built `focal`, to its end.
struct FocalProcess {
  let status: Int32
  let output: String
  let error: String

  /// Where `focal` lies; `nil` where it was not built.
  static var path: String? { RunningFocal.executable?.path }

  /// The lines of standard error.
  var errorLines: [String] { error.split(separator: "\n").map(String.init) }

  /// Runs `focal`.
  /// - Parameters:
  ///   - arguments: What follows the name of the command.
  ///   - folder: The working folder.
  ///   - redirection: What a shell does with the streams, as in `>/dev/full`.
  ///   - memoryMiB: Most memory that the process may write to; where it wants more, it fails.
  /// - Throws: What keeps the process from running.
  init(
    _ arguments: [String],
    in folder: URL? = nil,
    redirection: String? = nil,
    memoryMiB: Int? = nil
  ) throws {
    let running = try RunningFocal(
      arguments,
      in: folder,
      redirection: redirection,
      memoryMiB: memoryMiB
    )
    self = try running.wait()
  }

  fileprivate init(status: Int32, output: String, error: String) {
    self.status = status
    self.output = output
    self.error = error
  }

  /// Standard output as one JSON object.
  /// - Parameter sourceLocation: Where to report.
  /// - Returns: The object.
  /// - Throws: What keeps it from being read.
  func json(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    #expect(output.hasSuffix("}\n"), sourceLocation: sourceLocation)
    #expect(output.filter { $0 == "\n" }.count == 1, sourceLocation: sourceLocation)
    let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return try #require(object as? [String: Any], sourceLocation: sourceLocation)
  }
}

/// A `focal` that is not waited for.
final class RunningFocal {
  let process = Process()
  private let folder: URL

  init(
    _ arguments: [String],
    in workingFolder: URL? = nil,
    redirection: String? = nil,
    memoryMiB: Int? = nil
  ) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let executable: URL = try #require(Self.executable, "focal lies beside the tests")
    if redirection != nil || memoryMiB != nil {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      // All private writable memory, mapped or not; libraries' code is not counted.
      let limit = memoryMiB.map { "ulimit -d \($0 << 10) && " } ?? ""
      process.arguments =
        ["-c", "\(limit)\"$0\" \"$@\" \(redirection ?? "")", executable.path] + arguments
    } else {
      process.executableURL = executable
      process.arguments = arguments
    }
    process.currentDirectoryURL = workingFolder ?? folder
    var environment = ProcessInfo.processInfo.environment
    // Threads that wait for each other cost a busy machine more than these small networks gain.
    environment["OMP_NUM_THREADS"] = "1"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    // Files and not pipes: a pipe that nobody empties stops the process.
    process.standardOutput = try file("output")
    process.standardError = try file("error")
    try process.run()
  }

  deinit {
    if process.isRunning { process.terminate() }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Waits for the end.
  func wait() throws -> FocalProcess {
    process.waitUntilExit()
    return FocalProcess(
      status: process.terminationStatus,
      output: try text("output"),
      error: try text("error")
    )
  }

  /// What it has written to standard error so far.
  func errorSoFar() throws -> String { try text("error") }

  private func file(_ name: String) throws -> FileHandle {
    let url = folder.appendingPathComponent(name)
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
  }

  /// `focal` is built beside the tests.
  fileprivate static let executable: URL? = {
    var folders = [URL(fileURLWithPath: CommandLine.arguments[0]), Bundle.main.bundleURL]
      .map { $0.deletingLastPathComponent() }
    folders += Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }
      .map { $0.bundleURL.deletingLastPathComponent() }
    folders.append(Bundle.main.bundleURL)
    return folders.map { $0.appendingPathComponent("focal") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }()
}

/// Expects a run that ended with one line on standard error and nothing on standard output.
/// - Parameters:
///   - arguments: What follows the name of the command.
///   - status: The exit status: 1 failed, 64 wrong usage.
///   - parts: What the line names: file, field, remedy.
///   - folder: The working folder.
///   - sourceLocation: Where to report.
/// - Throws: What keeps the process from running.
func expectFailure(
  _ arguments: [String],
  status: Int32,
  naming parts: [String],
  in folder: URL? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let run = try FocalProcess(arguments, in: folder)
  let command = Comment(rawValue: "focal \(arguments.joined(separator: " "))\n\(run.error)")
  #expect(run.status == status, command, sourceLocation: sourceLocation)
  #expect(run.output.isEmpty, command, sourceLocation: sourceLocation)
  #expect(run.errorLines.count == 1, command, sourceLocation: sourceLocation)
  #expect(run.error.hasPrefix("focal: error: "), command, sourceLocation: sourceLocation)
  #expect(run.error.hasSuffix("\n"), command, sourceLocation: sourceLocation)
  #expect(!run.error.contains("Error Domain"), command, sourceLocation: sourceLocation)
  for part in parts {
    #expect(run.error.contains(part), command, sourceLocation: sourceLocation)
  }
}

/// A folder of a test's own, removed with it.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of an entry, which need not exist.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a text and gives its path.
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
    return path(name)
  }
}
