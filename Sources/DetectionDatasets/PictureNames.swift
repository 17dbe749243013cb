/// The names that pictures have in a written dataset.
struct PictureNames {
  /// The names by the pictures' ``DatasetSample/sourceKey``.
  private(set) var names: [String: String] = [:]
  /// Pictures in the order in which they were met.
  private(set) var order: [DatasetSample] = []
  /// Names that had to be changed, each with what became of it.
  private(set) var changed: [(old: String, new: String)] = []
  private let format: DatasetWriter.Format
  private var taken: Set<String> = []

  /// Chooses the names.
  ///
  /// Folders in a name stay, but for VOC, whose lists know no folders: there they are left away, or
  /// joined to a name that is taken without them. A name that is taken, and one
  /// that the format's files could not hold, is changed and listed. Names that differ in case alone
  /// are taken for equal, as some file systems do.
  init(_ parts: [DatasetPart], format: DatasetWriter.Format) {
    self.format = format
    for part in parts {
      for sample in part.dataset.samples where names[sample.sourceKey] == nil {
        let whole = Self.plain(sample.name, of: part.dataset.format)
        let last = whole.split(separator: "/").last.map(String.init) ?? whole
        let plain = format == .voc ? last : whole
        let name: String
        switch format {
        case .coco: name = free(whole)
        case .yolo: name = free(Self.safe(whole, isListed: false))
        case .voc:
          let safe = Self.safe(last, isListed: true)
          let joined = whole.split(separator: "/").joined(separator: "_")
          name = free(isTaken(safe) ? Self.safe(joined, isListed: true) : safe)
        }
        if name != plain { changed.append((sample.name, name)) }
        names[sample.sourceKey] = name
        order.append(sample)
      }
    }
  }

  /// The name of a sample's picture, relative to the folder of pictures.
  subscript(_ sample: DatasetSample) -> String { names[sample.sourceKey] ?? sample.name }

  /// `a/b.jpg` without its ending: what label files and VOC's lists call it.
  static func stem(_ name: String) -> String {
    let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    guard let dot = name[start...].lastIndex(of: "."), dot > start else { return name }
    return String(name[..<dot])
  }

  /// Without the folder `images` that YOLO exchanges for `labels`.
  private static func plain(_ name: String, of format: DetectionDataset.Format) -> String {
    let simple = ContainedFolder.simplified(name) ?? name
    guard format == .yolo else { return simple }
    var parts = simple.split(separator: "/")
    if let folder = parts.dropLast().lastIndex(of: "images") { parts.remove(at: folder) }
    return parts.joined(separator: "/")
  }

  /// Lists take space at the ends of a line away, and VOC's a number after a space.
  private static func safe(_ name: String, isListed: Bool) -> String {
    let fields = stem(name).split(whereSeparator: \.isWhitespace)
    let looksLikeClassList =
      isListed && fields.count == 2 && ["0", "1", "-1"].contains(fields.last.map(String.init))
    let ends = [name.first, name.last, stem(name).last].compactMap(\.self)
    guard looksLikeClassList || ends.contains(where: \.isWhitespace) else { return name }
    return String(name.map { $0.isWhitespace ? "_" : $0 })
  }

  private func key(_ name: String) -> String {
    (format == .coco ? name : Self.stem(name)).lowercased()
  }

  private func isTaken(_ name: String) -> Bool { taken.contains(key(name)) }

  private mutating func free(_ name: String) -> String {
    let stem = Self.stem(name)
    let ending = name.dropFirst(stem.count)
    var candidate = name
    var number = 2
    while !taken.insert(key(candidate)).inserted {
      candidate = "\(stem)_\(number)\(ending)"
      number += 1
    }
    return candidate
  }
}
