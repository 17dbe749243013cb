package import DetectionDatasets
import Foundation

/// A picture of what is inspected, as findings name it.
package struct InspectedPicture: Hashable, Sendable, Codable {
  /// The part it belongs to; of several, all of them.
  package var split: String
  /// Its name as the dataset writes it.
  package var name: String
  /// Its number in the annotation file.
  package var imageID: Int
}

/// Where a picture stands: the number of the part, and of the sample in it.
package struct PictureIndex: Hashable, Sendable {
  package var split: Int
  package var sample: Int
}

extension [InspectedSplit] {
  /// All pictures, part after part.
  package var pictures: [PictureIndex] {
    enumerated().flatMap { split, part in
      part.dataset.samples.indices.map { PictureIndex(split: split, sample: $0) }
    }
  }

  /// The sample of a picture.
  package subscript(picture: PictureIndex) -> DatasetSample {
    self[picture.split].dataset.samples[picture.sample]
  }

  /// A picture as findings name it.
  package func named(_ picture: PictureIndex) -> InspectedPicture {
    let sample = self[picture]
    return InspectedPicture(
      split: self[picture.split].name,
      name: sample.name,
      imageID: sample.imageID
    )
  }
}
