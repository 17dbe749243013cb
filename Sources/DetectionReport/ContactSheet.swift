package import BoxGeometry
import Drawing
package import Foundation
package import Raster

/// Training pictures as the network gets them, with their boxes and what was done to them.
package struct ContactSheet: Hashable, Sendable {
  /// One picture.
  package struct Item: Hashable, Sendable {
    /// What to call it: the file's name, mostly.
    package var name: String
    package var image: RasterImage
    /// The targets, in the picture's pixels.
    package var boxes: [LabeledBox]
    /// Regions that are neither object nor background.
    package var ignoredRegions: [BoundingBox]
    /// What was done to it, in order, in words.
    package var steps: [String]

    package init(
      name: String,
      image: RasterImage,
      boxes: [LabeledBox],
      ignoredRegions: [BoundingBox],
      steps: [String]
    ) {
      self.name = name
      self.image = image
      self.boxes = boxes
      self.ignoredRegions = ignoredRegions
      self.steps = steps
    }
  }

  /// Where the pictures come from.
  package var title: String
  /// A sentence on what is shown.
  package var summary: String
  /// Names of the classes, by index.
  package var categories: [String]
  /// What the pictures were made by: names and values.
  package var settings: [Setting]
  package var items: [Item]

  /// A setting that the pictures were made by.
  package struct Setting: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(
    title: String,
    summary: String,
    categories: [String],
    settings: [Setting],
    items: [Item]
  ) {
    self.title = title
    self.summary = summary
    self.categories = categories
    self.settings = settings
    self.items = items
  }

  /// Writes `index.html`, which needs no other file and no network, and `sheet-1.png` and so on.
  ///
  /// - Parameter folder: A folder that exists.
  /// - Returns: The files, the page first.
  /// - Throws: ``ReportError`` naming the file.
  package func write(to folder: URL) throws(ReportError) -> [URL] {
    let page = folder.appendingPathComponent("index.html")
    try ReportPage.write(try html(), to: page)
    var files = [page]
    for (index, sheet) in try ContactSheetPicture(sheet: self).sheets().enumerated() {
      let file = folder.appendingPathComponent("sheet-\(index + 1).png")
      do { try sheet.write(to: file) } catch {
        throw ReportError(code: .unwritable, file: error.file, message: error.message)
      }
      files.append(file)
    }
    return files
  }

  /// The page.
  ///
  /// - Returns: HTML that is also well-formed XML.
  /// - Throws: ``ReportError`` if memory runs out.
  package func html() throws(ReportError) -> String {
    try ContactSheetMarkup(sheet: self).html()
  }

  /// The name of a class.
  func category(_ label: Int) -> String {
    categories.indices.contains(label) ? categories[label] : "class \(label)"
  }

  /// The boxes of a picture, those to be labelled first.
  ///
  /// Names on all of forty boxes would hide the picture: of each class the largest three have one,
  /// and the colour tells the rest.
  static func overlay(of item: Item, category: (Int) -> String) -> [OverlayBox] {
    let order = item.boxes.sorted { $0.box.area > $1.box.area }
    var named: [Int: Int] = [:]
    var (first, rest): ([OverlayBox], [OverlayBox]) = ([], [])
    for labeled in order {
      named[labeled.label, default: 0] += 1
      let isNamed = (named[labeled.label] ?? 0) <= 3
      let box = OverlayBox(
        box: labeled.box,
        label: isNamed ? category(labeled.label) : "",
        color: .palette(labeled.label)
      )
      if isNamed { first.append(box) } else { rest.append(box) }
    }
    let ignored = item.ignoredRegions.map {
      OverlayBox(box: $0, color: ignoredColor, isDashed: true)
    }
    return first + rest + ignored
  }

  /// Apart from every class's colour; regions are dashed besides.
  static let ignoredColor = Color(white: 0.75)

  /// How many boxes of each class, the classes in order.
  static func counts(of item: Item) -> [(label: Int, count: Int)] {
    var counts: [Int: Int] = [:]
    for labeled in item.boxes { counts[labeled.label, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
