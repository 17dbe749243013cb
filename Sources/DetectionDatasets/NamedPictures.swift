package import Foundation
package import Raster

/// The pictures of one folder, by names that come from an annotation file and are not trusted.
package struct NamedPictures: Sendable {
  private let folder: ContainedFolder
  private let file: String

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder of the pictures.
  ///   - file: The annotation file that the names are in, for messages.
  /// - Throws: ``DatasetError`` if there is no such folder.
  package init(folder: URL, named file: String) throws(DatasetError) {
    self.folder = try PictureFolder.open(folder)
    self.file = file
  }

  /// Reads a picture.
  ///
  /// - Parameter name: Relative to the folder; what leads out of it is refused, by links too.
  /// - Returns: The picture, upright.
  /// - Throws: ``DatasetError`` if the name is unsafe or no sound picture is there.
  package func picture(_ name: String) throws(DatasetError) -> RasterImage {
    let url = try folder.file(named: name, in: file, at: "file_name")
    do { return try RasterImage(contentsOf: url) } catch {
      throw DatasetError(.badPicture, file: error.file, message: error.message)
    }
  }
}
