import CommandConsole
import DetectionPrediction
import Foundation

/// Everything that detections are written to, but drawings.
struct PredictionOutputs {
  private var writers: [any PredictionWriter] = []

  /// Opens what was asked for.
  ///
  /// - Throws: ``CommandFailure`` or ``PredictionError`` naming what cannot be written.
  init(
    _ options: PredictionOutputOptions,
    categories: WrittenCategories,
    isVideo: Bool
  ) throws {
    if let path = options.detections {
      writers.append(try COCOResultsWriter(to: Self.file(path), categories: categories))
    }
    if let path = options.csv {
      writers.append(try CSVWriter(to: Self.file(path), categories: categories, isVideo: isVideo))
    }
    if let path = options.jsonl {
      let sink: any ByteSink = path == "-" ? StandardOutputSink() : try Self.file(path)
      writers.append(JSONLinesWriter(to: sink, categories: categories))
    }
    if options.json {
      writers.append(try SummaryWriter(to: SpooledOutput(), categories: categories))
    }
    if options.printsText { writers.append(PredictionText(categories: categories.names)) }
  }

  private static func file(_ path: String) throws -> StreamedFile {
    try StreamedFile(FileFailure.goal(ofWriting: path))
  }

  mutating func write(_ picture: WrittenPicture) throws {
    for index in writers.indices { try writers[index].write(picture) }
  }

  mutating func write(unreadable file: String, id: Int, reason: String) throws {
    for index in writers.indices {
      try writers[index].write(unreadable: file, id: id, reason: reason)
    }
  }

  /// Gives the files their names.
  mutating func finish() throws {
    for index in writers.indices { try writers[index].finish() }
  }

  /// Told before the work and not after it.
  ///
  /// - Parameters:
  ///   - options: What is written.
  ///   - inputs: Files that are read, and must stay.
  /// - Throws: ``CommandFailure`` naming what cannot be written, or would be lost.
  static func check(_ options: PredictionOutputOptions, inputs: [String]) throws {
    let outputs = [
      ("--detections", options.detections), ("--csv", options.csv),
      ("--jsonl", options.jsonl == "-" ? nil : options.jsonl),
    ].compactMap { name, path in path.map { (name: name, path: $0) } }
    if outputs.isEmpty { return }
    let read = Set(inputs.compactMap { FileIdentity(path: $0) })
    var written: [URL: String] = [:]
    for (name, path) in outputs {
      if let obstacle = FileFailure.obstacle(toWriting: path) {
        throw CommandFailure.failed("\(path): cannot be written: \(obstacle)")
      }
      if let file = FileIdentity(path: path), read.contains(file) {
        throw CommandFailure.failed(
          "\(path): is a picture or the model itself; name another file with \(name)"
        )
      }
      if let other = written.updateValue(name, forKey: FileFailure.goal(ofWriting: path)) {
        throw CommandFailure.failed("\(path): named by \(other) and \(name); name two files")
      }
    }
  }
}
