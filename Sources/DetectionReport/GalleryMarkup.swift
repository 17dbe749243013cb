import BoxGeometry
import Drawing
import Foundation
import Raster

/// The pictures of a report, with boxes drawn into them.
struct GalleryMarkup {
  let gallery: Gallery

  func markup() throws(ReportError) -> Markup {
    var items: [Markup] = []
    for item in gallery.items { items.append(try markup(of: item)) }
    return "\(legend())<div class=\"gallery\">\(items)</div>\n"
  }

  // MARK: One picture

  private func markup(of item: Gallery.Item) throws(ReportError) -> Markup {
    let size = PanelSize(item.image, panels: item.detections.count + 1)
    let image = size.prepared(item.image)
    var panels = [
      try panel(
        gallery.annotatedBoxes(of: item),
        on: image,
        size,
        item: item,
        title: "Annotated",
        truthText(item)
      )
    ]
    for (run, detections) in item.detections.enumerated() {
      let verdicts = gallery.verdicts(on: detections, of: item)
      let title = gallery.runs.indices.contains(run) ? gallery.runs[run] : "Detected"
      panels.append(
        try panel(
          gallery.boxes(of: verdicts, on: item),
          on: image,
          size,
          item: item,
          title: title,
          verdictText(verdicts, item)
        )
      )
    }
    return """
      <div class="item" style="--w:\(size.width)px;--n:\(panels.count)">\
      <h3><bdi>\(item.name)</bdi> <small>\(item.image.width) × \(item.image.height)</small></h3>
      <div class="panels">\(panels)</div></div>

      """
  }

  private func panel(
    _ boxes: [OverlayBox],
    on image: RasterImage,
    _ size: PanelSize,
    item: Gallery.Item,
    title: String,
    _ text: String
  ) throws(ReportError) -> Markup {
    let scale = Float(size.scale)
    let scaled = boxes.map { box in
      var box = box
      box.box = box.box.scaled(x: scale, y: scale)
      return box
    }
    let canvas = DetectionOverlay.canvas(scaled, width: size.width, height: size.height)
    let bytes: [UInt8]
    do {
      bytes = try canvas.raster(scale: PanelSize.density, background: image).jpegData(quality: 82)
    } catch {
      throw ReportError(
        code: .pictureNotDrawn,
        file: nil,
        message: "the picture \(item.name) cannot be drawn: \(error)"
      )
    }
    let data = Markup(trusted: Data(bytes).base64EncodedString())
    return """
      <figure class="panel"><img src="data:image/jpeg;base64,\(data)" width="\(size.width)" \
      height="\(size.height)" alt="\(item.name), \(title): \(text)" loading="lazy"/>\
      <figcaption><b>\(title)</b> \(text)</figcaption></figure>

      """
  }

  // MARK: Words

  private func truthText(_ item: Gallery.Item) -> String {
    switch item.truth.count {
    case 0: "no objects"
    case 1: "1 object"
    default: "\(item.truth.count) objects"
    }
  }

  private func verdictText(_ verdicts: DetectionVerdicts, _ item: Gallery.Item) -> String {
    var parts: [String] = []
    if !item.truth.isEmpty { parts.append("\(verdicts.foundCount) of \(item.truth.count) found") }
    if !verdicts.missed.isEmpty { parts.append("\(verdicts.missed.count) missed") }
    if verdicts.falseAlarmCount > 0 { parts.append("\(verdicts.falseAlarmCount) false") }
    return parts.isEmpty ? "nothing detected" : parts.joined(separator: ", ")
  }

  private func legend() -> Markup {
    let labels = gallery.items.flatMap { item in
      item.truth.map(\.label)
        + item.detections.joined().filter { $0.score >= gallery.scoreThreshold }.map(\.label)
    }
    let categories = Set(labels).sorted().map { label -> Markup in
      "<li>\(ClassTable.swatch(label))<bdi>\(gallery.category(label))</bdi></li>"
    }
    return """
      <ul class="legend">\(categories)\
      <li><i class="frame"></i>found</li><li><i class="frame missed"></i>missed</li>\
      <li><i class="frame false"></i>false alarm</li></ul>

      """
  }
}

/// How large a picture is shown, and how many pixels of it are kept for that.
struct PanelSize {
  /// Pixels for a CSS pixel, for screens that have as many.
  static let density = 2.0
  /// The page's width and the space between pictures, in CSS pixels.
  static let pageWidth = 1120.0
  static let gap = 16.0

  /// CSS pixels for a pixel of the picture.
  let scale: Double
  /// In CSS pixels.
  let width, height: Int

  /// The size at which so many pictures stand side by side.
  ///
  /// Labels are laid out for this size, so they are no smaller on the page than meant to be.
  init(_ image: RasterImage, panels: Int) {
    let count = Double(min(max(panels, 1), 4))
    let room = panels == 1 ? 640 : (Self.pageWidth - Self.gap * (count - 1)) / count
    let long = Double(max(image.width, image.height, 1))
    // Small pictures at twice their size, very small ones larger yet, always by a whole factor.
    scale = long > room / 2 ? room / long : min(room / long, max(2, 256 / long)).rounded(.down)
    width = max(1, Int((Double(image.width) * scale).rounded()))
    height = max(1, Int((Double(image.height) * scale).rounded()))
  }

  /// The picture with its pixels as squares, where it is shown enlarged; else as it is.
  func prepared(_ image: RasterImage) -> RasterImage {
    let factor = Int((scale * Self.density).rounded(.up))
    guard scale > 1, factor > 1 else { return image }
    let width = image.width
    let capacity = image.pixels.count * factor * factor
    let pixels = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      for y in 0..<(image.height * factor) {
        for x in 0..<(width * factor) {
          let source = (y / factor * width + x / factor) * 3
          for channel in 0..<3 {
            buffer.initializeElement(at: count, to: image.pixels[source + channel])
            count += 1
          }
        }
      }
    }
    return RasterImage(width: width * factor, height: image.height * factor, pixels: pixels)
  }
}
