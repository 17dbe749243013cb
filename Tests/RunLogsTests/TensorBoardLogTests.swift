import Foundation
import Testing

@testable import RunLogs

@Suite struct TensorBoardLogTests {
  /// A run of four steps, scored after the second and the fourth.
  private static let lines: [MetricsEntry] = (1...4).flatMap { step -> [MetricsEntry] in
    let taken = MetricsEntry(
      step: step,
      [
        "kind": "step", "epoch": .integer((step + 1) / 2), "loss": .number(0.1 / Double(step)),
        "gradientNorm": .number(step == 3 ? .nan : 1e30), "lensEasyNegativeShare": .number(0.75),
      ]
    )
    guard step % 2 == 0 else { return [taken] }
    let scored = MetricsEntry(
      step: step,
      ["kind": "evaluation", "isBest": true, "AP": .number(0.25), "AP50": -1]
    )
    return [taken, scored]
  }

  private static let curve = TensorBoardFigure.curve(
    PrecisionRecallCounts(tag: "curves/all", name: "all", objects: 2, detections: [(0.5, true)])
  )

  private func log(
    _ folder: URL,
    through step: Int = 0,
    _ lines: [MetricsEntry] = []
  ) throws -> TensorBoardLog {
    try TensorBoardLog(resuming: folder, keepingThroughStep: step, mirroring: lines) { 1e9 }
  }

  /// Writes lines, and a curve behind each evaluation.
  private func write(_ lines: some Sequence<MetricsEntry>, to log: TensorBoardLog) throws {
    for line in lines {
      try log.append(line)
      if line["kind"] == "evaluation" { try log.append([Self.curve], step: line.step) }
    }
  }

  private func whole() throws -> [EventFileReader.Value] {
    let temporary = try LogFolder()
    try write(Self.lines, to: log(temporary.url))
    return try EventFileReader.values(in: temporary.url)
  }

  @Test func `every number of every line is there under its tag`() throws {
    let values = try whole()
    let scalars = values.filter { $0.scalar != nil }
    #expect(
      scalars.prefix(4).map(\.tag) == [
        "train/epoch", "train/loss", "train/gradientNorm", "lens/lensEasyNegativeShare",
      ]
    )
    #expect(scalars.prefix(4).map(\.scalar) == [1, Float(0.1), Float(1e30), 0.75])
    #expect(
      scalars.filter { $0.tag.hasPrefix("validation/") }.map(\.tag)
        == ["validation/AP", "validation/AP50", "validation/AP", "validation/AP50"]
    )
    #expect(scalars.first { $0.step == 3 && $0.tag == "train/gradientNorm" }?.scalar?.isNaN == true)
    #expect(values.count == 4 * 4 + 2 * 2 + 2)
    #expect(values.filter { $0.scalar == nil }.map(\.tag) == ["curves/all", "curves/all"])
  }

  @Test func `an empty run has a file that TensorBoard can open`() throws {
    let temporary = try LogFolder()
    let folder = temporary.url.appendingPathComponent("tensorboard")
    let log = try log(folder)
    try log.append([], step: 0)
    #expect(log.url.lastPathComponent == "events.out.tfevents.000001.focal")
    #expect(try EventFileReader.values(in: folder).isEmpty)
    #expect(try EventFileReader.records(Data(contentsOf: log.url)).count == 1)
  }

  /// Killed after any number of events, torn at any byte of the next, resumed from any step before.
  @Test(arguments: 0...2)
  func `a run that was killed and resumed has the events of one that was not`(kept: Int) throws {
    let expected = try whole()
    let through = Self.lines.filter { $0.step <= kept }
    for written in through.count...Self.lines.count {
      for torn in [0, 1, 11, 12, 30] {
        let temporary = try LogFolder()
        let first = try log(temporary.url)
        try write(Self.lines.prefix(written), to: first)
        let next = EventRecord.framed(Data(repeating: 1, count: 40))
        let handle = try FileHandle(forWritingTo: first.url)
        try handle.seekToEnd()
        try handle.write(contentsOf: next.prefix(torn))
        try handle.close()
        let second = try log(temporary.url, through: kept, through)
        try write(Self.lines.dropFirst(through.count), to: second)
        let found = try EventFileReader.values(in: temporary.url)
        #expect(found.map(\.tag) == expected.map(\.tag), "\(written) written, \(torn) torn")
        let isSame = zip(found, expected).allSatisfy {
          $0.step == $1.step && $0.rest == $1.rest
            && $0.scalar?.bitPattern == $1.scalar?.bitPattern
        }
        #expect(isSame, "\(written) written, \(torn) torn")
      }
    }
  }

  /// A look-on TensorBoard reads a file no further where it once stood, so no file grows again.
  @Test func `a resumed run goes on in a new file and leaves none without events`() throws {
    let temporary = try LogFolder()
    try write(Self.lines.prefix(1), to: log(temporary.url))
    _ = try log(temporary.url, through: 1, Array(Self.lines.prefix(1)))
    _ = try log(temporary.url, through: 1, Array(Self.lines.prefix(1)))
    let names = try EventFileReader.files(in: temporary.url).map(\.lastPathComponent)
    #expect(names == ["events.out.tfevents.000001.focal", "events.out.tfevents.000003.focal"])
  }

  @Test func `where metrics are lost, the files keep what they hold of them`() throws {
    let temporary = try LogFolder()
    try write(Self.lines, to: log(temporary.url))
    for left in [[], [Self.lines[1]]] {
      _ = try TensorBoardLog(
        resuming: temporary.url,
        keepingThroughStep: 2,
        mirroring: left,
        isDamaged: true
      )
      let found = try EventFileReader.values(in: temporary.url)
      let expected = try whole().filter { $0.step <= 2 }
      #expect(found.map(\.tag) == expected.map(\.tag) && found.map(\.step) == expected.map(\.step))
    }
    // Files that hold nothing have what is left.
    let fresh = temporary.url.appendingPathComponent("fresh")
    _ = try TensorBoardLog(
      resuming: fresh,
      keepingThroughStep: 2,
      mirroring: Array(Self.lines.prefix(1)),
      isDamaged: true
    )
    #expect(try EventFileReader.values(in: fresh).map(\.step) == [1, 1, 1, 1])
  }

  @Test func `what is damaged is cut, and its numbers are written again from the metrics`() throws {
    let expected = try whole().filter { $0.scalar != nil }
    let reference = try LogFolder()
    let path = try log(reference.url)
    try write(Self.lines, to: path)
    let bytes = try Data(contentsOf: path.url)
    for place in stride(from: 0, to: bytes.count, by: 7) {
      let temporary = try LogFolder()
      let first = try log(temporary.url).url
      var damaged = bytes
      damaged[place] ^= 0x10
      try damaged.write(to: first)
      _ = try log(temporary.url, through: 4, Self.lines)
      let found = try EventFileReader.values(in: temporary.url).filter { $0.scalar != nil }
      #expect(found.map(\.tag) == expected.map(\.tag), "altered at \(place)")
      #expect(found.map(\.step) == expected.map(\.step), "altered at \(place)")
    }
  }

  @Test func `events that are not those of the metrics are replaced`() throws {
    let temporary = try LogFolder()
    var other = Self.lines
    other[1]["loss"] = 7
    try write(other, to: log(temporary.url))
    _ = try log(temporary.url, through: 4, Self.lines)
    let found = try EventFileReader.values(in: temporary.url).filter { $0.tag == "train/loss" }
    #expect(found.map(\.scalar) == [0.1, 0.05, 0.1 / 3, 0.025].map { Float($0) })
  }

  @Test func `files that are nothing of the kind are no reason to crash`() throws {
    for bytes in [Data(), Data("{}".utf8), Data(repeating: 0xFF, count: 1000)] {
      let temporary = try LogFolder()
      let file = temporary.url.appendingPathComponent("events.out.tfevents.000004.focal")
      try bytes.write(to: file)
      let foreign = temporary.url.appendingPathComponent("events.out.tfevents.other")
      try bytes.write(to: foreign)
      let huge = "events.out.tfevents.9223372036854775807.focal"
      try bytes.write(to: temporary.url.appendingPathComponent(huge))
      let log = try log(temporary.url)
      #expect(log.url.lastPathComponent == "events.out.tfevents.000005.focal")
      #expect(!FileManager.default.fileExists(atPath: file.path))
      // What is not ours stays.
      #expect(try Data(contentsOf: foreign) == bytes)
    }
  }

  @Test func `a folder that cannot be used is named`() throws {
    let temporary = try LogFolder()
    let place = temporary.url.appendingPathComponent("tensorboard")
    try Data().write(to: place)
    let error = #expect(throws: TensorBoardLogError.self) { try log(place) }
    #expect(
      error?.description.hasPrefix("\(place.path): cannot write TensorBoard's events") == true
    )
    let folder = temporary.url.appendingPathComponent("other")
    let inTheWay = folder.appendingPathComponent("events.out.tfevents.000001.focal")
    try FileManager.default.createDirectory(at: inTheWay, withIntermediateDirectories: true)
    #expect(throws: TensorBoardLogError.self) { try log(folder) }
  }

  // MARK: Curves

  /// Two objects; detections of 0.9 (right), 0.5 (wrong), 0.5 (right): by hand.
  @Test func `counts at every threshold`() {
    let curve = PrecisionRecallCounts(
      tag: "t",
      name: "n",
      objects: 2,
      detections: [(0.9, true), (0.5, false), (0.5, true)]
    )
    func at(_ threshold: Double) -> [Int] {
      let place = Int((threshold * 200).rounded())
      return [curve.found[place], curve.falseAlarms[place]]
    }
    #expect(curve.found.count == 201)
    #expect(at(0) == [2, 1] && at(0.5) == [2, 1])
    #expect(at(0.505) == [1, 0] && at(0.9) == [1, 0])
    #expect(at(0.905) == [0, 0] && at(1) == [0, 0])
  }

  @Test func `scores out of range and none at all`() {
    let odd = PrecisionRecallCounts(
      tag: "t",
      name: "n",
      objects: 0,
      detections: [(2, true), (-1, false), (.nan, false), (.infinity, false)]
    )
    #expect(odd.found.last == 1 && odd.falseAlarms.first == 3 && odd.falseAlarms[1] == 0)
    let nothing = PrecisionRecallCounts(tag: "t", name: "n", objects: 3, detections: [])
    #expect(nothing.found.allSatisfy { $0 == 0 } && nothing.falseAlarms.allSatisfy { $0 == 0 })
  }

  @Test func `a curve's tensor has six rows`() throws {
    let value = try Self.curve.value()
    let numbers = value.tensor.tensorContent.withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
    #expect(numbers.count == 6 * 201)
    // At threshold 0: found 1, false 0, true negatives 0, missed 1, precision 1, recall 1/2.
    #expect((0..<6).map { numbers[$0 * 201] } == [1, 0, 0, 1, 1, 0.5])
    #expect(value.tensor.tensorShape.dim.map(\.size) == [6, 201])
    #expect(value.metadata.pluginData.content == Data([0x10, 0xC9, 0x01]))
  }

  @Test func `a picture is width, height and file`() throws {
    let picture = TensorBoardPicture(
      tag: "pictures/1",
      name: "a <b>",
      width: 30,
      height: 20,
      png: Data([1, 2])
    )
    let value = try TensorBoardFigure.picture(picture).value()
    #expect(value.tensor.stringVal == [Data("30".utf8), Data("20".utf8), Data([1, 2])])
    #expect(value.metadata.pluginData.pluginName == "images")
    #expect(value.metadata.displayName == "a <b>")
  }
}
