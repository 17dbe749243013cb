import FileErrors
import Foundation

/// The folders of a Pascal VOC dataset, and which annotation belongs to which picture.
///
/// Two layouts are known: `Annotations/`, `JPEGImages/` and `ImageSets/Main/` below one root, and
/// one folder in which annotations and pictures lie side by side.
struct VOCFolder {
  let root: URL
  private let folder: ContainedFolder
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
    folder = try PictureFolder.open(root)
    let hasAnnotations = try Self.folder(
      "Annotations",
      in: folder,
      remedy: "copy the annotations to where the link is"
    )
    let beside = hasAnnotations ? root.appendingPathComponent("JPEGImages") : root
    annotations = try PictureFolder.open(
      hasAnnotations ? root.appendingPathComponent("Annotations") : root
    )
    if images == nil, hasAnnotations {
      _ = try Self.folder(
        "JPEGImages",
        in: folder,
        remedy: "copy the pictures to where the link is, or name their folder with --images DIR"
      )
    }
    let place = images ?? beside
    guard let pictures = ContainedFolder(place) else {
      throw DatasetError(
        .notFound,
        file: place.path,
        message: "expected the folder of the dataset's pictures, found none; "
          + "a VOC folder has Annotations/ and JPEGImages/ (or name it with --images DIR)"
      )
    }
    self.pictures = pictures
    names = try Self.pictureNames(in: pictures)
  }

  /// Whether a folder is there.
  ///
  /// - Throws: ``DatasetError`` if it cannot be reached, or is a link that leads out of the root: nothing
  ///   outside is read because a link says so.
  private static func folder(
    _ name: String,
    in root: ContainedFolder,
    remedy: String
  ) throws(DatasetError) -> Bool {
    switch root.entry(named: name) {
    case .folder: return true
    case .outside:
      throw DatasetError(
        .unsafePath,
        file: "\(root.path)/\(name)",
        message: "is a link that leaves \(root.path), and nothing outside is read because a link "
          + "says so; \(remedy)"
      )
    case .unreachable(let reason):
      throw DatasetError(
        .unreadable,
        file: "\(root.path)/\(name)",
        message: "cannot be reached: \(reason)"
      )
    case .missing, .file, .special: return false
    }
  }

  /// The annotations to load, as names without `.xml`.
  ///
  /// Without a split: those of `ImageSets/Main/all.txt` if there is one, else all there are in the
  /// order of their names.
  func stems(split: String?) throws(DatasetError) -> [String] {
    let lists = root.appendingPathComponent("ImageSets/Main")
    if let split { return try stems(in: lists, split: split) }
    if folder.entry(named: "ImageSets/Main/all.txt") != .missing {
      return try stems(in: lists, split: "all")
    }
    return try FolderListing.names(in: annotations.path).filter {
      $0.lowercased().hasSuffix(".xml")
    }
    .map { String($0.dropLast(4)) }
  }

  private func stems(in lists: URL, split: String) throws(DatasetError) -> [String] {
    _ = try Self.folder(
      "ImageSets/Main",
      in: folder,
      remedy: "copy the lists to where the link is"
    )
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
    return try TextFile.lines(of: list("ImageSets/Main/\(split).txt")).map(Self.stem(ofLine:))
  }

  /// The stem in a line: class lists name it and 1, 0 or -1; a stem itself may hold spaces.
  static func stem(ofLine line: String) -> String {
    let fields = line.split { $0 == " " || $0 == "\t" }
    guard fields.count == 2, ["1", "0", "-1"].contains(fields[1]) else { return line }
    return String(fields[0])
  }

  /// A list in the root; what it is if it is no file is told where it is read.
  private func list(_ name: String) throws(DatasetError) -> URL {
    let place = root.appendingPathComponent(name)
    if case .folder = folder.entry(named: name) { return place }
    return try folder.file(named: name, in: place.path, at: "")
  }

  /// The classes that `labels.txt` or `classes.txt` declares, one a line; `nil` if there is neither.
  func declaredClasses() throws(DatasetError) -> [String]? {
    for name in ["labels.txt", "classes.txt"] {
      guard folder.entry(named: name) != .missing else { continue }
      let file = root.appendingPathComponent(name)
      let classes = try TextFile.lines(of: list(name))
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
