package import COCOFormat
package import DetectionDatasets
package import Raster

/// Where a page takes its pictures from.
package struct PictureSource {
  private let read: (COCOImage) throws -> RasterImage

  /// A source of pictures.
  ///
  /// - Parameter read: Gives the picture of an image, upright, or throws why it cannot be used.
  package init(_ read: @escaping (COCOImage) throws -> RasterImage) { self.read = read }

  /// The pictures of a folder, by the file names of the annotations.
  ///
  /// - Parameter pictures: The folder.
  package init(_ pictures: NamedPictures) {
    read = { try pictures.picture($0.fileName) }
  }

  /// The picture of an image, or why there is none, in a few words for a page.
  func picture(of image: COCOImage) -> Result<RasterImage, PictureFault> {
    do { return .success(try read(image)) } catch let error as DatasetError {
      return .failure(PictureFault(text: Self.text(error)))
    } catch {
      return .failure(PictureFault(text: "the picture cannot be read: \(error)"))
    }
  }

  /// A page may be passed on, so it says what is wrong, but not where on the disk.
  private static func text(_ error: DatasetError) -> String {
    switch error.code {
    case .unsafePath: "the file name leads out of the folder of pictures; it was not opened"
    case .notFound: "the picture is not in the folder"
    default: "the picture cannot be read: \(error.message)"
    }
  }
}

/// Why a picture is not shown.
struct PictureFault: Error {
  let text: String
}
