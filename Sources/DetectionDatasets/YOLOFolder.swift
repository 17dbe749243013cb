import Foundation

/// A picture of a YOLO dataset, before it is looked for.
struct YOLOPicture: Hashable, Sendable {
  /// Names relative to the root, the first that exists counts.
  var names: [String]
  /// The file that names it.
  var file: String
  /// Where in that file.
  var place: String
}

/// The folder of a YOLO dataset, and which label file belongs to which picture.
///
/// The label file of `…/images/…/a.jpg` is `…/labels/…/a.txt`: of the folders called `images` in the
/// name the last is exchanged; where there is none, it lies beside the picture.
///
/// A `data.yaml` comes from elsewhere: nothing outside its own folder is read through it, unless the
/// user names the root.
struct YOLOFolder {
  let data: YOLODataFile
  let root: ContainedFolder
  /// The folder of the file itself, where it is not the root.
  private var own: ContainedFolder?

  /// Deeper folders than these hold no pictures of a dataset.
  private static let mostLevels = 32

  /// Folders of splits as exports have them beside the file.
  private static let exportFolders: Set<Substring> = ["train", "val", "valid", "test"]

  /// Opens the root.
  /// - Parameters:
  ///   - data: The dataset's description.
  ///   - images: The root as the user named it; `nil` takes what `path` says.
  /// - Throws: ``DatasetError`` if there is none, or it is not the file's to name.
  init(data: YOLODataFile, images: URL?) throws(DatasetError) {
    self.data = data
    if let images {
      root = try PictureFolder.open(images)
      own = ContainedFolder(data.file.standardizedFileURL.deletingLastPathComponent())
      return
    }
    let beside = data.file.standardizedFileURL.deletingLastPathComponent()
    let own = try PictureFolder.open(beside)
    guard let path = data.path else {
      root = own
      return
    }
    let name = path.hasPrefix("/") ? own.name(ofAbsolute: path) : path
    let remedy = "name the folder it means with --images DIR"
    guard let name, let inside = ContainedFolder.simplified(name) else {
      throw DatasetError(
        .unsafePath,
        file: data.file.path,
        place: data.pathPlace,
        message:
          "\(quoted(path)) leads out of the folder of this file, and nothing outside is read "
          + "because a file says so; \(remedy)"
      )
    }
    switch own.entry(named: inside) {
    case .unreachable(let reason):
      throw DatasetError(
        .unreadable,
        file: data.file.path,
        place: data.pathPlace,
        message: "the folder \(quoted(path)) cannot be reached: \(reason)"
      )
    case .folder(let url):
      guard let folder = ContainedFolder(inside.isEmpty ? beside : url) else { fallthrough }
      root = folder
    case .missing, .file, .special:
      throw DatasetError(
        .notFound,
        file: data.file.path,
        place: data.pathPlace,
        message: "there is no folder \(quoted(path)) in \(beside.path); \(remedy)"
      )
    case .outside:
      throw DatasetError(
        .unsafePath,
        file: data.file.path,
        place: data.pathPlace,
        message: "\(quoted(path)) is a link that leads out of the folder of this file; \(remedy)"
      )
    }
  }

  /// The name of a picture's label file.
  /// - Parameter name: The picture's name, relative to the root.
  /// - Returns: A name relative to the root.
  static func labelName(of name: String) -> String {
    var parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if let folder = parts.dropLast().lastIndex(of: "images") { parts[folder] = "labels" }
    let last = parts.removeLast()
    let stem = last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
    return (parts + [stem + ".txt"]).joined(separator: "/")
  }

  /// The pictures of a split, in the order of its list or of their names.
  /// - Parameter split: One of the file's.
  /// - Returns: The pictures, the folders, relative to the root, that were searched for them, and what
  ///   in these folders was not followed.
  /// - Throws: ``DatasetError`` naming an entry that leads nowhere.
  func pictures(
    of split: YOLODataFile.Split
  ) throws(DatasetError) -> (
    pictures: [YOLOPicture], folders: [String], refused: [DatasetError]
  ) {
    var pictures: [YOLOPicture] = []
    var folders: [String] = []
    var refused: [DatasetError] = []
    for written in split.entries {
      if let list = ownList(written) {
        pictures += try self.pictures(inList: list, named: "")
        continue
      }
      let name = try place(of: written, in: split)
      switch root.entry(named: name) {
      case .file(let list) where name.lowercased().hasSuffix(".txt"):
        pictures += try self.pictures(inList: list, named: name)
      case .folder:
        var found: [YOLOPicture] = []
        var searched = SearchedFolders()
        try search(name, level: 0, split: split, &searched, into: &found)
        pictures += found
        folders += searched.names
        refused += searched.refused
      case .file, .special:
        throw fault(split, .malformed, "\(quoted(written)) is neither a folder nor a list (.txt)")
      case .outside:
        throw fault(split, .unsafePath, leaves(written))
      case .unreachable(let reason):
        throw fault(split, .unreadable, "\(quoted(written)) cannot be reached: \(reason)")
      case .missing:
        throw fault(
          split,
          .notFound,
          "there is no \(quoted(written)) in \(root.path); expected a folder or a list of pictures"
        )
      }
    }
    return (pictures, folders, refused)
  }

  /// A list that lies beside the file that names it, while the pictures lie elsewhere.
  private func ownList(_ written: String) -> URL? {
    guard written.lowercased().hasSuffix(".txt"), let own else { return nil }
    if written.hasPrefix("/") {
      guard let name = own.name(ofAbsolute: written), case .file(let list) = own.entry(named: name)
      else { return nil }
      return list
    }
    // What the root holds comes first, as relative names mean the root.
    guard let name = ContainedFolder.simplified(written), root.entry(named: name) == .missing,
      case .file(let list) = own.entry(named: name)
    else { return nil }
    return list
  }

  /// The name, relative to the root, that an entry stands for.
  private func place(
    of written: String,
    in split: YOLODataFile.Split
  ) throws(DatasetError) -> String {
    let relative = written.hasPrefix("/") ? root.name(ofAbsolute: written) : written
    if let relative, let name = ContainedFolder.simplified(relative) { return name }
    // Common exports write "../train/images" in a file that lies beside train/.
    var rest = Substring(written)
    while rest.hasPrefix("../") { rest = rest.dropFirst(3) }
    if rest.startIndex != written.startIndex, let name = ContainedFolder.simplified(String(rest)) {
      if root.entry(named: name) != .missing { return name }
      let parts = name.split(separator: "/")
      if parts.count == 2, parts[1] == "images", Self.exportFolders.contains(parts[0]) {
        throw fault(
          split,
          .notFound,
          "there is no \(quoted(written)), nor \(quoted(name)) in \(root.path); expected a folder or "
            + "a list of pictures"
        )
      }
    }
    throw fault(
      split,
      .unsafePath,
      "\(quoted(written)) leads out of \(root.path); expected a place in it, "
        + "or name the root with --images DIR"
    )
  }

  private func pictures(
    inList list: URL,
    named listName: String
  ) throws(DatasetError) -> [YOLOPicture] {
    let folder = listName.split(separator: "/").dropLast().map { $0 + "/" }.joined()
    var pictures: [YOLOPicture] = []
    for line in try TextFile.numberedLines(of: list) {
      let written = line.text
      let names: [String]
      if written.hasPrefix("/") {
        names = root.name(ofAbsolute: written).map { [$0] } ?? []
      } else {
        // Relative to the list as "./" has it, or to the root.
        let beside = ContainedFolder.simplified(folder + written)
        let below = ContainedFolder.simplified(written)
        names = [beside, below].compactMap(\.self)
      }
      pictures.append(
        YOLOPicture(
          // A name that leads out is kept, so that it is refused where pictures are looked for.
          names: names.isEmpty ? [written] : names.first == names.last ? [names[0]] : names,
          file: list.path,
          place: "line \(line.number)"
        )
      )
    }
    return pictures
  }

  private func leaves(_ name: String) -> String {
    "\(quoted(name)) is a link that leaves \(root.path), and nothing outside is read because a link "
      + "says so; copy the files to where the link is, or name with --images a folder that holds both"
  }

  /// Folders that were searched, by their names and by where they really lie.
  private struct SearchedFolders {
    var names: [String] = []
    var places: Set<URL> = []
    /// Links in them that were not followed.
    var refused: [DatasetError] = []
  }

  private func search(
    _ folder: String,
    level: Int,
    split: YOLODataFile.Split,
    _ searched: inout SearchedFolders,
    into pictures: inout [YOLOPicture]
  ) throws(DatasetError) {
    // Links may lead round in a circle.
    guard case .folder(let url) = root.entry(named: folder), level < Self.mostLevels,
      searched.places.insert(url).inserted
    else { return }
    searched.names.append(folder)
    var below: [String] = []
    for entry in try FolderListing.names(in: url.path) where !entry.hasPrefix(".") {
      let name = folder.isEmpty ? entry : "\(folder)/\(entry)"
      switch root.entry(named: name) {
      case .folder: below.append(name)
      case .outside where !PictureFolder.isPicture(entry):
        searched.refused.append(fault(split, .unsafePath, leaves(name)))
      case .unreachable(let reason) where !PictureFolder.isPicture(entry):
        let message = "\(quoted(name)) cannot be reached: \(reason)"
        searched.refused.append(fault(split, .unreadable, message))
      default:
        guard PictureFolder.isPicture(entry) else { continue }
        pictures.append(YOLOPicture(names: [name], file: data.file.path, place: split.place))
      }
    }
    for name in below {
      try search(name, level: level + 1, split: split, &searched, into: &pictures)
    }
  }

  private func fault(
    _ split: YOLODataFile.Split,
    _ code: DatasetError.Code,
    _ message: String
  ) -> DatasetError {
    DatasetError(code, file: data.file.path, place: split.place, message: message)
  }
}
