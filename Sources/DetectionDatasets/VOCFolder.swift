import FileErrors
import Foundation

/// The folders of a Pascal VOC dataset, and which annotation belongs to which picture.
///
/// Two layouts are known: `Annotations/`, `JPEGImages/` and `ImageSets/Main/` below one root, and
/// one folder in which annotations and pictures lie side by side.
struct VOCFolder {
  let root: URL
  let annotations: ContainedFolder
  let pictures: ContainedFolder
  /// Picture names by their stem, the preferred one first.
  private let names: [String: [String]]

  /// Opens the folders.
  /// - Parameters:
  ///   - root: The folder that the user named.
  ///   - images: The folder of pictures that the user named, if any.
  /// - Throws: ``DatasetError`` naming a folder that is missing.
  init(root: URL, images: URL?) throws(DatasetError) {
    self.root = root
    let nested = ContainedFolder(root.appendingPathComponent("Annotations"))
    let beside = nested == nil ? root : root.appendingPathComponent("JPEGImages")
    if let nested {
      annotations = nested
    } else {
      annotations = try PictureFolder.open(root)
    }
    let folder = images ?? beside
    guard let pictures = ContainedFolder(folder) else {
      throw DatasetError(
        .notFound,
        file: folder.path,
        message: "expected the folder of the dataset's pictures, found none; "
          + "a VOC folder has Annotations/ and JPEGImages/ (or name it with --images DIR)"
      )
    }
    self.pictures = pictures
    names = try Self.pictureNames(in: pictures)
  }

  /// The annotations to load, as names without `.xml`.
  ///
  /// Without a split: those of `ImageSets/Main/all.txt` if there is one, else all there are in the
  /// order of their names.
  func stems(split: String?) throws(DatasetError) -> [String] {
    let lists = root.appendingPathComponent("ImageSets/Main")
    if let split { return try stems(in: lists, split: split) }
    if FileManager.default.fileExists(atPath: lists.appendingPathComponent("all.txt").path) {
      return try stems(in: lists, split: "all")
    }
    return try FolderListing.names(in: annotations.path).filter {
      $0.lowercased().hasSuffix(".xml")
    }
    .map { String($0.dropLast(4)) }
  }

  private func stems(in lists: URL, split: String) throws(DatasetError) -> [String] {
    let available = ((try? FolderListing.names(in: lists.path)) ?? []).filter {
      $0.hasSuffix(".txt")
    }
    .map { String($0.dropLast(4)) }
    guard available.contains(split) else {
      throw DatasetError(
        .notFound,
        file: "\(root.path):\(split)",
        message: "there is no split \(quoted(split)) in \(lists.path); "
          + (available.isEmpty
            ? "it has none, leave the split out" : "it has \(available.joined(separator: ", "))")
      )
    }
    return try TextFile.lines(of: lists.appendingPathComponent("\(split).txt"))
      .map(Self.stem(ofLine:))
  }

  /// The stem in a line: class lists name it and 1, 0 or -1; a stem itself may hold spaces.
  static func stem(ofLine line: String) -> String {
    let fields = line.split(whereSeparator: \.isWhitespace)
    guard fields.count == 2, ["1", "0", "-1"].contains(fields[1]) else { return line }
    return String(fields[0])
  }

  /// The classes that `labels.txt` or `classes.txt` declares, one a line; `nil` if there is neither.
  func declaredClasses() throws(DatasetError) -> [String]? {
    for name in ["labels.txt", "classes.txt"] {
      let file = root.appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: file.path) else { continue }
      let classes = try TextFile.lines(of: file)
      guard Set(classes).count == classes.count, !classes.isEmpty else {
        throw DatasetError(
          .malformed,
          file: file.path,
          message: "expected class names, one a line, each once"
        )
      }
      return classes
    }
    return nil
  }

  /// The annotation file of a stem.
  func annotation(_ stem: String, listedIn place: String) throws(DatasetError) -> URL {
    let name = (try? annotations.file(named: "\(stem).XML", in: "", at: "")) == nil ? "xml" : "XML"
    return try annotations.file(named: "\(stem).\(name)", in: annotations.path, at: place)
  }

  /// The picture of an annotation: the one with the stem of the annotation's own file name, as VOC
  /// has it; only if there is none, the one that `<filename>` names.
  func pictureName(stem: String, annotation: VOCAnnotation) -> String {
    let named = annotation.fileName ?? ""
    guard let sameStem = names[stem] else { return named.isEmpty ? "\(stem).jpg" : named }
    return sameStem.first { $0 == named } ?? sameStem.first ?? named
  }

  private static func pictureNames(
    in folder: ContainedFolder
  ) throws(DatasetError) -> [String: [String]] {
    var names: [String: [(rank: Int, name: String)]] = [:]
    for name in try FolderListing.names(in: folder.path) {
      guard let dot = name.lastIndex(of: "."),
        let rank = PictureFolder.extensions.firstIndex(
          of: name[name.index(after: dot)...].lowercased()
        )
      else { continue }
      names[String(name[..<dot]), default: []].append((rank, name))
    }
    return names.mapValues { $0.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }.map(\.name) }
  }
}
