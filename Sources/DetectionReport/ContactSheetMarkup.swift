import BoxGeometry
import Drawing
import Foundation
import Raster

/// A contact sheet as a page.
struct ContactSheetMarkup {
  let sheet: ContactSheet

  /// Three pictures stand side by side on a wide page.
  private static let columns = 3

  func html() throws(ReportError) -> String {
    var items: [Markup] = []
    for item in sheet.items { items.append(try markup(of: item)) }
    let settings = sheet.settings.map { setting -> Markup in
      "<div><dt>\(setting.name)</dt><dd>\(setting.value)</dd></div>"
    }
    let body: Markup = """
      <header><h1>\(sheet.title)</h1>
      <p class="summary">\(sheet.summary)</p></header>
      <section id="pictures">
      \(legend())<div class="sheet">\(items)</div></section>
      <section id="recipe"><h2>Made by</h2>
      <dl class="facts">\(settings)</dl></section>
      """
    return ReportPage.html(title: sheet.title, style: ReportStyle.css + Self.style, body: body)
  }

  private func legend() -> Markup {
    let labels = Set(sheet.items.flatMap { $0.boxes.map(\.label) }).sorted()
    let categories = labels.map { label -> Markup in
      "<li>\(ClassTable.swatch(label))<bdi>\(sheet.category(label))</bdi></li>"
    }
    let ignored: Markup =
      sheet.items.contains { !$0.ignoredRegions.isEmpty }
      ? "<li><i class=\"frame missed\"></i>ignored: neither object nor background</li>" : ""
    return "<ul class=\"legend\">\(categories)\(ignored)</ul>\n"
  }

  private func markup(of item: ContactSheet.Item) throws(ReportError) -> Markup {
    let size = PanelSize(item.image, panels: Self.columns)
    let scale = Float(size.scale)
    let boxes = ContactSheet.overlay(of: item, category: sheet.category).map { box in
      var box = box
      box.box = box.box.scaled(x: scale, y: scale)
      return box
    }
    let bytes: [UInt8]
    do {
      let canvas = DetectionOverlay.canvas(boxes, width: size.width, height: size.height)
      bytes = try canvas.raster(scale: PanelSize.density, background: size.prepared(item.image))
        .jpegData(quality: 85)
    } catch {
      throw ReportError(
        code: .pictureNotDrawn,
        file: nil,
        message: "the picture \(item.name) cannot be drawn: \(error)"
      )
    }
    let data = Markup(trusted: Data(bytes).base64EncodedString())
    let steps = item.steps.map { step -> Markup in "<li>\(step)</li>" }
    let change: Markup = steps.isEmpty ? "<p>as it is</p>" : "<ul>\(steps)</ul>"
    return """
      <figure><img src="data:image/jpeg;base64,\(data)" width="\(size.width)" height="\(size.height)" \
      alt="\(item.name): \(objects(of: item))" loading="lazy"/>\
      <figcaption><h3><bdi>\(item.name)</bdi> <small>\(item.image.width) × \(item.image.height)</small></h3>\
      <p>\(objects(of: item))</p>\(change)</figcaption></figure>

      """
  }

  private func objects(of item: ContactSheet.Item) -> String {
    let counts = ContactSheet.counts(of: item).map { "\($0.count) \(sheet.category($0.label))" }
    let ignored = item.ignoredRegions.isEmpty ? [] : ["\(item.ignoredRegions.count) ignored"]
    return counts.isEmpty && ignored.isEmpty
      ? "no objects" : (counts + ignored).joined(separator: ", ")
  }

  /// What the page needs besides the style of all reports; without `<` and `&`, as that.
  private static let style = """
    #pictures { margin-top: 28px; }
    .sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 36px 24px; align-items: start; margin-top: 16px; }
    .sheet figure { min-width: 0; break-inside: avoid; }
    .sheet img { display: block; width: 100%; height: auto; background: var(--raised); border-radius: 6px; }
    .sheet figcaption { margin-top: 8px; font-size: 13px; line-height: 1.45; color: var(--soft); }
    .sheet h3 { color: var(--ink); }
    .sheet h3 small { margin-left: 6px; font-size: 12px; font-weight: 400; color: var(--soft); }
    .sheet ul { margin-top: 4px; }
    .sheet li { padding-left: 14px; text-indent: -14px; }
    .sheet li::before { content: "–"; display: inline-block; width: 14px; text-indent: 0; }
    #recipe .facts { margin-top: 12px; }
    #recipe .facts div { grid-template-columns: 1fr auto; }
    #recipe .facts dd { text-align: right; }

    """
}
