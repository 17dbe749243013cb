import BoxGeometry
import DetectionPrediction
import Foundation
import Testing

struct PredictionWriterTests {
  private static let categories = WrittenCategories(
    names: ["cat", "a \"big\",\ndog"],
    ids: [7, 3]
  )

  private final class Memory: ByteSink {
    var text = ""
    var isFinished = false

    func write(_ bytes: [UInt8]) { text += String(decoding: bytes, as: UTF8.self) }

    func finish() { isFinished = true }
  }

  private static func picture(
    _ id: Int,
    _ boxes: [ScoredBox],
    moment: VideoMoment? = nil
  ) -> WrittenPicture {
    WrittenPicture(
      id: id,
      file: "dir/p,\(id).jpg",
      width: 100,
      height: 50,
      boxes: boxes,
      moment: moment
    )
  }

  private static let box = ScoredBox(
    box: BoundingBox(x1: 10, y1: 20, x2: 40.5, y2: 30),
    label: 1,
    score: 0.5
  )

  private func text<Writer: PredictionWriter>(
    _ make: (any ByteSink) throws -> Writer,
    _ pictures: [WrittenPicture]
  ) throws -> String {
    let memory = Memory()
    var writer = try make(memory)
    for picture in pictures { try writer.write(picture) }
    try writer.write(unreadable: "b.jpg", id: 9, reason: "b.jpg: \u{7}no")
    #expect(!memory.isFinished)
    try writer.finish()
    #expect(memory.isFinished)
    return memory.text
  }

  @Test func `COCO results are a list that any reader takes`() throws {
    let make = { try COCOResultsWriter(to: $0, categories: Self.categories) }
    #expect(try text(make, []) == "[\n]\n")
    let pictures = [
      Self.picture(1, [Self.box]), Self.picture(2, []), Self.picture(3, [Self.box, Self.box]),
    ]
    let written = try text(make, pictures)
    #expect(
      written.hasPrefix(
        "[\n{\"bbox\":[10,20,30.5,10],\"category\":\"a \\\"big\\\",\\u000adog\",\"category_id\":3,"
          + "\"file_name\":\"dir/p,1.jpg\",\"image_id\":1,\"score\":0.5},\n"
      )
    )
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(written.utf8)) as? [[String: Any]]
    )
    #expect(rows.map { $0["image_id"] as? Int } == [1, 3, 3])
    #expect(rows[0]["category"] as? String == "a \"big\",\ndog")
  }

  @Test func `the summary is one line`() throws {
    let written = try text(
      { try SummaryWriter(to: $0, categories: Self.categories) },
      [Self.picture(1, [Self.box]), Self.picture(2, [])]
    )
    #expect(written.filter { $0 == "\n" }.count == 1)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: Any]
    )
    #expect(object["images"] as? Int == 2)
    #expect((object["detections"] as? [Any])?.count == 1)
  }

  @Test func `lines tell of each picture, and of those that could not be read`() throws {
    let moment = VideoMoment(frame: 5, seconds: 0.25)
    let written = try text(
      { JSONLinesWriter(to: $0, categories: Self.categories) },
      [Self.picture(1, []), Self.picture(2, [Self.box], moment: moment)]
    )
    let lines = written.split(separator: "\n").map(String.init)
    #expect(
      lines[0]
        == "{\"detections\":[],\"file_name\":\"dir/p,1.jpg\",\"height\":50,\"image_id\":1,\"width\":100}"
    )
    #expect(lines[1].contains("\"frame\":5,\"height\":50,\"image_id\":2,\"time\":0.25,"))
    #expect(
      lines[2] == "{\"error\":\"b.jpg: \\u0007no\",\"file_name\":\"b.jpg\",\"image_id\":9}"
    )
    for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }

  @Test func `a table quotes what would end a field`() throws {
    let written = try text(
      { try CSVWriter(to: $0, categories: Self.categories) },
      [Self.picture(1, [Self.box])]
    )
    #expect(
      written == """
        image_id,file_name,category_id,category,score,x,y,width,height
        1,"dir/p,1.jpg",3,"a ""big"",
        dog",0.5,10.0,20.0,30.5,10.0

        """
    )
    let video = try text(
      { try CSVWriter(to: $0, categories: Self.categories, isVideo: true) },
      [Self.picture(1, [Self.box], moment: VideoMoment(frame: 4, seconds: 0.16))]
    )
    #expect(video.hasPrefix("frame,time,category_id,category,score,x,y,width,height\n4,0.16,3,"))
  }

  /// (10 + 40.5) / 2 / 100, (20 + 30) / 2 / 50, 30.5 / 100, 10 / 50.
  @Test func `YOLO rows are shares of the picture`() {
    #expect(
      YOLORows.text([Self.box], width: 100, height: 50) == "1 0.2525 0.5 0.305 0.2 0.5\n"
    )
    #expect(YOLORows.text([], width: 1, height: 1).isEmpty)
  }

  @Test func `a file appears when it is complete, or not at all`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("out.csv")
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }
    try Data("old".utf8).write(to: url)
    do {
      let file = try StreamedFile(url)
      try file.write("new, but never finished")
      #expect(try names().count == 2)
    }
    #expect(try names() == ["out.csv"])
    #expect(try String(contentsOf: url, encoding: .utf8) == "old")
    let long = String(repeating: "0123456789", count: 20_000)
    let file = try StreamedFile(url)
    try file.write(long)
    try file.write("end")
    try file.finish()
    #expect(try names() == ["out.csv"])
    #expect(try String(contentsOf: url, encoding: .utf8) == long + "end")
    let absent = folder.appendingPathComponent("no/out.csv")
    let error = #expect(throws: PredictionError.self) { _ = try StreamedFile(absent) }
    #expect(error?.description.hasPrefix(absent.path + ": cannot be written: no such file") == true)
  }
}
