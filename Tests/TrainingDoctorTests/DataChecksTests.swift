import BoxGeometry
import COCOFormat
import DatasetInspection
import DetectionDatasets
import Foundation
import Testing

@testable import TrainingDoctor

@Suite struct DataChecksTests {
  private let resize = ResizeRule(shortSide: 480, longSideCap: 800)

  // MARK: - Classes

  private func classMap(
    _ training: [String],
    _ validation: [String]? = nil
  ) -> [DoctorFinding] {
    ClassMapCheck.findings(
      training: Subjects.data(classes: training),
      validation: validation.map { Subjects.data(30, name: "val.json", classes: $0) }
    )
  }

  @Test func `equal classes are no finding, in whatever order`() {
    #expect(classMap(["cat", "dog"]).isEmpty)
    #expect(classMap(["cat", "dog"], ["dog", "cat"]).isEmpty)
  }

  @Test func `a class of background is learned as an object`() {
    let findings = classMap(["__background__", "cat"])
    #expect(findings.map(\.severity) == [.warning])
    #expect(findings[0].found == "train.json: class \"__background__\" (id 1) has 200 boxes")
    // Declared and never used, it is harmless.
    var data = Subjects.data(classes: ["background", "cat"])
    for index in data.samples.indices { data.samples[index].boxes.removeAll { $0.label == 0 } }
    #expect(ClassMapCheck.findings(training: data, validation: nil).isEmpty)
  }

  @Test func `names that differ by case or blanks are one kind`() {
    let findings = classMap(["Traffic light", "traffic_light"])
    #expect(findings.count == 1 && findings[0].severity == .warning)
    #expect(findings[0].found.contains("\"Traffic light\", \"traffic_light\""))
  }

  @Test func `ids with gaps are told of, ids that begin anywhere are not`() {
    var data = Subjects.data()
    (data.categories[0].id, data.categories[1].id) = (5, 6)
    #expect(ClassMapCheck.findings(training: data, validation: nil).isEmpty)
    data.categories[1].id = 90
    let findings = ClassMapCheck.findings(training: data, validation: nil)
    #expect(findings.map(\.severity) == [.note])
    #expect(findings[0].found.hasSuffix("run from 5 to 90, with gaps"))
  }

  @Test func `classes of one side alone are told of`() {
    let wrong = classMap(["cat", "dog"], ["cat", "Dog"])
    #expect(wrong.map(\.severity) == [.error, .warning])
    #expect(wrong[0].found.contains("class \"Dog\" has 30 boxes and is no class of train.json"))
    #expect(wrong[0].remedy.hasPrefix("call it \"dog\""))
    #expect(wrong[1].found.hasSuffix("1 class that are learned: \"dog\""))
    #expect(classMap(["cat", "dog"], ["cat", "bird"])[0].remedy.hasPrefix("give both data"))
  }

  @Test func `rare and empty classes are named`() {
    #expect(ClassCountsCheck.findings(Subjects.data()).isEmpty)
    #expect(ClassCountsCheck.findings(Subjects.data(19)).map(\.severity) == [.warning])
    #expect(ClassCountsCheck.findings(Subjects.data(20)).isEmpty)
    let empty = ClassCountsCheck.findings(Subjects.data(classes: ["cat", "dog", "bird"]))
    #expect(empty.count == 1 && empty[0].found.hasSuffix("no box of 1 class: \"bird\""))
    var data = Subjects.data(400)
    for index in data.samples.indices.dropFirst(4) {
      data.samples[index].boxes.removeAll { $0.label == 1 }
    }
    let uneven = ClassCountsCheck.findings(data)
    #expect(uneven.map(\.severity) == [.warning, .note])
    #expect(uneven[0].places == ["\"dog\": 4 boxes in 4 pictures"])
    #expect(uneven[1].found.contains("100 boxes of the most frequent class"))
  }

  @Test func `the weights' classes are held against the data's`() {
    let data = Subjects.data()
    #expect(ModelClassesCheck.findings(classes: ["dog", "cat", "bird"], dataset: data).isEmpty)
    let near = ModelClassesCheck.findings(classes: ["Cat", "dog"], dataset: data)
    #expect(near.map(\.severity) == [.warning] && near[0].places == ["\"cat\" is \"Cat\" there"])
    let other = ModelClassesCheck.findings(classes: ["car"], dataset: data)
    #expect(other.map(\.severity) == [.note] && other[0].found.hasPrefix("none of the 2 classes"))
    let some = ModelClassesCheck.findings(classes: ["cat"], dataset: data)
    #expect(some.map(\.severity) == [.note] && some[0].found.hasSuffix("weights': \"dog\""))
  }

  // MARK: - Boxes and pictures

  private func problems(
    _ kind: DatasetProblem.Kind,
    _ count: Int,
    pictures: Int = 200
  ) -> DetectionDataset {
    var data = Subjects.data(pictures)
    data.problems = (0..<count).map {
      DatasetProblem(file: "train.json", place: "annotation id \($0)", kind: kind, message: "m")
    }
    return data
  }

  @Test func `boxes that are left out are counted with their places`() {
    #expect(BoxesCheck.findings(Subjects.data()).isEmpty)
    let few = BoxesCheck.findings(problems(.emptyBox, 2))
    #expect(few.map(\.severity) == [.note])
    #expect(few[0].found == "train.json: 2 boxes are left out (0.5 %): 2 without area")
    #expect(few[0].places == ["train.json: annotation id 0", "train.json: annotation id 1"])
    let many = BoxesCheck.findings(problems(.boxOutsidePicture, 50))
    #expect(many.map(\.severity) == [.warning] && many[0].places.count == 5)
    #expect(BoxesCheck.findings(problems(.boxClipped, 40)).map(\.severity) == [.note])
    #expect(BoxesCheck.findings(problems(.boxClipped, 41)).map(\.severity) == [.warning])
  }

  @Test func `pictures left out and of other sizes are told of`() {
    #expect(PicturesCheck.findings(Subjects.data()).isEmpty)
    #expect(PicturesCheck.findings(problems(.boxClipped, 3)).isEmpty)
    #expect(PicturesCheck.findings(problems(.missingFile, 3))[0].found.contains("3 pictures"))
    let sizes = PicturesCheck.findings(problems(.sizeMismatch, 1))
    #expect(sizes.map(\.severity) == [.warning] && sizes[0].why.contains("EXIF"))
  }

  /// The same boxes with other numbers.
  private func rewritten(_ change: (COCOBox) -> COCOBox) -> DetectionDataset {
    var data = Subjects.data()
    for index in data.samples.indices {
      for place in data.samples[index].groundTruth.indices {
        let box = data.samples[index].groundTruth[place].box
        data.samples[index].groundTruth[place].box = change(box)
      }
    }
    return data
  }

  @Test func `boxes that are shares of the picture are an error`() {
    #expect(BoxRangeCheck.findings(Subjects.data(), resize: resize).isEmpty)
    let shares = rewritten {
      COCOBox(x: $0.x / 640, y: $0.y / 480, width: $0.width / 640, height: $0.height / 480)
    }
    let findings = BoxRangeCheck.findings(shares, resize: resize)
    #expect(findings.map(\.severity) == [.error])
    #expect(findings[0].found == "train.json: all 400 boxes lie between 0 and 1")
  }

  @Test func `corners in the place of sizes are an error`() {
    // (40, 60) to (104, 124) becomes 104 wide, (190, 60) to (280, 130) 280 wide, which still fits; further right not.
    var data = Subjects.data(sides: [(64, 64), (90, 70), (100, 90), (60, 60)])
    for index in data.samples.indices {
      for place in data.samples[index].groundTruth.indices {
        let box = data.samples[index].groundTruth[place].box
        data.samples[index].groundTruth[place].box = COCOBox(
          x: box.x,
          y: box.y,
          width: box.x + box.width,
          height: box.y + box.height
        )
      }
    }
    let findings = BoxRangeCheck.findings(data, resize: resize)
    #expect(findings.map(\.severity) == [.error])
    #expect(findings[0].why.contains("x1, y1, x2, y2"))
    data.format = .voc
    #expect(BoxRangeCheck.findings(data, resize: resize).isEmpty)
  }

  @Test func `boxes of less than four pixels cannot be seen`() {
    #expect(BoxRangeCheck.findings(Subjects.data(sides: [(4, 4)]), resize: resize).isEmpty)
    let small = BoxRangeCheck.findings(Subjects.data(sides: [(3, 9)]), resize: resize)
    #expect(small.map(\.severity) == [.warning] && small[0].found.contains("100 % of the boxes"))
    // Twice as large, they can.
    let large = ResizeRule(shortSide: 960, longSideCap: 1600)
    #expect(BoxRangeCheck.findings(Subjects.data(sides: [(3, 9)]), resize: large).isEmpty)
  }

  @Test func `boxes as large as their pictures are a sign`() {
    var data = Subjects.data(sides: [(64, 64)])
    for index in data.samples.indices {
      data.samples[index].boxes[0].box = BoundingBox(x1: 0, y1: 0, x2: 640, y2: 480)
    }
    #expect(BoxRangeCheck.findings(data, resize: resize).map(\.severity) == [.warning])
  }

  @Test func `too few pictures are told of, on either side`() {
    func found(_ training: Int, _ validation: Int) -> [DoctorFinding] {
      PictureCountsCheck.findings(
        training: Subjects.data(training),
        validation: Subjects.data(validation, name: "val.json")
      )
    }
    #expect(found(50, 20).isEmpty)
    #expect(found(49, 20)[0].found == "train.json: 49 pictures with objects to learn from")
    #expect(found(50, 19)[0].found == "val.json: 19 pictures to score by")
    var data = Subjects.data(1000)
    for index in 0..<801 { data.samples[index].boxes = [] }
    let empty = PictureCountsCheck.findings(training: data, validation: nil)
    #expect(empty.count == 1 && empty[0].found.contains("801 of 1000 pictures have no object"))
    let nothing = PictureCountsCheck.findings(
      training: Subjects.data(),
      validation: Subjects.data(30, name: "val.json", sides: [])
    )
    #expect(nothing.map(\.severity) == [.error])
    #expect(nothing[0].found == "val.json: no object to be found in 30 pictures")
  }

  @Test func `validation pictures that are trained on are told of`() {
    let (training, validation) = (Subjects.data(), Subjects.data(50, name: "val.json"))
    #expect(LeaksCheck.findings(training: training, validation: validation).isEmpty)
    let same = LeaksCheck.findings(training: training, validation: Subjects.data(30))
    #expect(same.map(\.severity) == [.warning])
    #expect(same[0].found == "train.json: 30 of the 30 validation pictures are trained on")
    #expect(same[0].remedy == "name datasets without a common picture")
  }

  @Test func `pictures that show the same are told of by name`() throws {
    let training = try DetectionDataset.synthetic(count: 12, seed: 1)
    func leaks(_ validation: DetectionDataset) throws -> [DoctorFinding] {
      var (one, other) = (training, validation)
      let thumbnails =
        try PictureScan.scan(&one, onBadData: .stop, workers: 1)
        + PictureScan.scan(&other, onBadData: .stop, workers: 1)
      return LeaksCheck.findings(
        DuplicatePictures(
          [
            InspectedSplit(name: "training", dataset: one),
            InspectedSplit(name: "validation", dataset: other),
          ],
          thumbnails: thumbnails
        )
      )
    }
    #expect(try leaks(.synthetic(count: 6, seed: 99)).isEmpty)
    let same = try leaks(.synthetic(count: 6, seed: 1))
    #expect(same.count == 1 && same[0].places.count == 5)
    #expect(same[0].found.hasPrefix("6 pairs of a training and a validation picture"))
  }
}
