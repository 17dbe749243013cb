import BoxGeometry
import COCOFormat
import DetectionDatasets
import DetectionTraining
import Foundation
import TrainingDoctor

/// Data and machines that have nothing wrong with them, to be spoilt one thing at a time.
enum Subjects {
  /// Eight cores, plenty of memory.
  static let machine = MachineFacts(
    cores: 8,
    threads: 8,
    memory: 64 << 30,
    availableMemory: 60 << 30,
    hasFastBFloat16: true,
    instructions: "AVX512"
  )

  static let folder = FolderFacts(path: "runs/new", freeBytes: 1 << 40)

  /// Pictures of 640 x 480 with objects of the given sizes, one class after the other.
  ///
  /// - Parameters:
  ///   - count: How many pictures.
  ///   - name: What the data are called.
  ///   - classes: The names of the classes, with ids from 1.
  ///   - sides: Width and height of the objects of each picture.
  /// - Returns: The data, called a COCO file.
  static func data(
    _ count: Int = 200,
    name: String = "train.json",
    classes: [String] = ["cat", "dog"],
    sides: [(Float, Float)] = [(64, 64), (90, 70)]
  ) -> DetectionDataset {
    let categories = classes.enumerated().map {
      DatasetCategory(id: $0.offset + 1, name: $0.element)
    }
    let samples = (0..<count).map { index in
      let boxes = sides.enumerated().map { place, side in
        LabeledBox(
          box: BoundingBox(
            x1: Float(40 + 150 * place),
            y1: 60,
            x2: Float(40 + 150 * place) + side.0,
            y2: 60 + side.1
          ),
          label: place % max(1, classes.count)
        )
      }
      return sample(index, name: "\(name)-\(index)", boxes: boxes, categories: categories)
    }
    return DetectionDataset(
      format: .coco,
      location: name,
      categories: categories,
      samples: samples
    )
  }

  static func sample(
    _ index: Int,
    name: String,
    boxes: [LabeledBox],
    categories: [DatasetCategory]
  ) -> DatasetSample {
    DatasetSample(
      imageID: index + 1,
      name: name,
      source: .file(URL(fileURLWithPath: "/none/\(name)")),
      width: 640,
      height: 480,
      boxes: boxes,
      groundTruth: boxes.enumerated().map { place, box in
        COCOAnnotation(
          id: index * 100 + place + 1,
          imageID: index + 1,
          categoryID: categories[box.label].id,
          box: COCOBox(box.box),
          area: Double(box.box.area)
        )
      }
    )
  }

  /// 1x for as many pictures, at 480 so that nothing is enlarged.
  static var recipe: TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.input.shortSide = 480
    recipe.schedule.epochs = 60
    recipe.schedule.warmupImages = 800
    return recipe
  }

  static var healthy: DoctorCase {
    DoctorCase(
      recipe: recipe,
      training: data(),
      validation: data(50, name: "val.json"),
      machine: machine
    )
  }
}

extension [DoctorFinding] {
  /// The findings of one check.
  func of(_ check: DoctorCheck) -> [DoctorFinding] { filter { $0.check == check } }
}
