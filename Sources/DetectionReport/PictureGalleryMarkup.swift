import Drawing
import Foundation

/// The galleries of a page; what they may add to its size is limited.
struct PictureGalleryMarkup {
  /// Bytes of pictures in a page, as they are written there.
  static let mostBytes = 4_000_000

  private(set) var bytes = 0
  /// Pictures that the limit kept out.
  private(set) var leftOut = 0

  mutating func markup(_ gallery: PictureGallery) -> Markup {
    var tiles: [Markup] = []
    for tile in gallery.tiles { tiles.append(markup(tile)) }
    return """
      \(legend(gallery))<div class="tilewall\(gallery.isWhole ? " whole" : "")">\(tiles)</div>

      """
  }

  /// A picture, while there is room for it.
  mutating func image(_ picture: EmbeddedPicture) -> Markup? {
    let data = picture.bytes.base64EncodedString()
    guard bytes + data.utf8.count <= Self.mostBytes else {
      leftOut += 1
      return nil
    }
    bytes += data.utf8.count
    return """
      <img src="data:image/jpeg;base64,\(Markup(trusted: data))" alt=""/>
      """
  }

  private static let names: [(PictureGallery.Role, String)] = [
    (.falseAlarm, "false alarm"), (.missed, "missed object"), (.object, "annotated object"),
    (.found, "right detection"), (.ignored, "not judged"), (.first, "first box"),
    (.second, "second box"),
  ]

  private func legend(_ gallery: PictureGallery) -> Markup {
    let roles = Set(gallery.tiles.flatMap { $0.marks.map(\.role) })
    let entries = Self.names.filter { roles.contains($0.0) }.map { role, name -> Markup in
      "<li><i class=\"frame \(role.rawValue)\"></i>\(gallery.roleNames[role] ?? name)</li>"
    }
    return "<ul class=\"legend\">\(entries)</ul>\n"
  }

  private mutating func markup(_ tile: PictureGallery.Tile) -> Markup {
    let part = tile.part
    let ratio = part.width / max(part.height, 1e-9)
    var source: Markup = ""
    var fault = tile.fault
    if let picture = tile.picture {
      if let image = image(picture) {
        source = image
      } else {
        fault = "left out: the page holds no more than 4 MB of pictures"
      }
    }
    let note: Markup = fault.isEmpty ? "" : "<span class=\"fault\">\(fault)</span>"
    let shape = ratio >= 4.0 / 3 ? "wide" : "tall"
    return """
      <figure class="tile"><div class="stage"><div class="view \(shape)\(source.text.isEmpty ? " bare" : "")" \
      style="aspect-ratio:\(ChartMarkup.number(ratio * 1000))/1000">\(source)\(drawing(tile))\
      \(labels(tile))</div></div>\
      <figcaption><b><bdi>\(tile.title)</bdi></b> <span>\(tile.text)</span> \
      <small><bdi>\(tile.file)</bdi></small>\(note)</figcaption></figure>

      """
  }

  // MARK: Boxes

  private func drawing(_ tile: PictureGallery.Tile) -> Markup {
    let part = tile.part
    // The most important is drawn last, over the others.
    let boxes = tile.marks.reversed().compactMap { mark -> Markup? in
      guard let box = Self.shown(mark.box, in: part) else { return nil }
      let shape: Markup = """
        x="\(text(box.x))" y="\(text(box.y))" width="\(text(box.width))" height="\(text(box.height))"
        """
      return """
        <rect class="halo" \(shape)/><rect class="mark \(mark.role.rawValue)" \(shape)/>
        """
    }
    let label = "\(tile.title): \(tile.text)"
    return """
      <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label="\(label)">\(boxes)</svg>
      """
  }

  /// A box in thousandths of the part; `nil` if none of it is inside.
  static func shown(_ box: Rectangle, in part: Rectangle) -> Rectangle? {
    guard [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite) else { return nil }
    // A little outside the view, so that edges beyond it are not drawn as if they lay on it.
    func range(_ start: Double, _ length: Double, _ from: Double, _ size: Double) -> (
      Double, Double
    ) {
      let ends = [start, start + length].map { ($0 - from) / max(size, 1e-9) * 1000 }
      return (max(min(ends[0], ends[1]), -50), min(max(ends[0], ends[1]), 1050))
    }
    let (left, right) = range(box.x, box.width, part.x, part.width)
    let (top, bottom) = range(box.y, box.height, part.y, part.height)
    guard right > left, bottom > top, right > 0, bottom > 0, left < 1000, top < 1000 else {
      return nil
    }
    return Rectangle(x: left, y: top, width: right - left, height: bottom - top)
  }

  private func text(_ value: Double) -> String { ChartMarkup.number(value) }

  private func labels(_ tile: PictureGallery.Tile) -> Markup {
    let labels = tile.marks.reversed().compactMap { mark -> Markup? in
      guard !mark.label.isEmpty, let box = Self.shown(mark.box, in: tile.part) else { return nil }
      let x = min(max(box.x, 0), 1000) / 10
      // From the left edge rightwards, or from the right edge leftwards: where there is more room.
      let isEnd = x > 50
      let place = isEnd ? min(max(box.x + box.width, 0), 1000) / 10 : x
      // The name of an object below it, so that it does not meet that of a detection of the same place.
      let isLow = [.object, .ignored, .second].contains(mark.role)
      let edge = min(max(isLow ? box.y + box.height : box.y, 0), 1000) / 10
      // Always whole inside the picture; 16 pixels is the height of a label.
      let top: Markup =
        isLow ? "min(100% - 16px, \(text(edge))%)" : "max(16px, \(text(edge))%)"
      return """
        <span class="tag \(mark.role.rawValue)\(isEnd ? " end" : "")\(isLow ? " low" : "")" \
        style="left:\(text(place))%;top:\(top);max-width:\(text(isEnd ? place : 100 - place))%">\
        <bdi>\(mark.label)</bdi></span>
        """
    }
    return "\(labels)"
  }
}
