import BoxGeometry
import Drawing
import Raster

/// A contact sheet as pictures: twelve pictures each, four in a row.
struct ContactSheetPicture {
  let sheet: ContactSheet

  private static let columns = 4
  private static let rows = 3
  /// In canvas units; a sheet has ``density`` pixels for each.
  private static let cellWidth = 340.0
  private static let gap = 20.0
  private static let density = 1.5
  private static let titleFont = Font(size: 13, weight: .bold)
  private static let textFont = Font(size: 11.5)
  private static let lineHeight = 16.0
  /// Longer lists end in a line that says so; the page has them all.
  private static let mostLines = 7

  func sheets() throws(ReportError) -> [RasterImage] {
    let size = Self.columns * Self.rows
    var sheets: [RasterImage] = []
    for start in stride(from: 0, to: sheet.items.count, by: size) {
      sheets.append(try picture(of: Array(sheet.items.dropFirst(start).prefix(size))))
    }
    return sheets
  }

  /// One picture with its text, laid out.
  private struct Cell {
    let item: ContactSheet.Item
    let lines: [String]
    let imageHeight: Double
    /// Canvas units for a pixel of the picture.
    let scale: Double
  }

  private func cell(of item: ContactSheet.Item) -> Cell {
    // As wide as its column, but no higher than that is wide.
    let scale = Self.cellWidth / Double(max(item.image.width, item.image.height))
    var lines = item.steps.isEmpty ? ["as it is"] : item.steps
    if lines.count > Self.mostLines {
      let more = lines.count - Self.mostLines + 1
      lines = lines.prefix(Self.mostLines - 1) + ["and \(more) more"]
    }
    return Cell(
      item: item,
      lines: lines,
      imageHeight: Double(item.image.height) * scale,
      scale: scale
    )
  }

  private func picture(of items: [ContactSheet.Item]) throws(ReportError) -> RasterImage {
    let cells = items.map(cell)
    let rows = stride(from: 0, to: cells.count, by: Self.columns).map {
      Array(cells[$0..<min($0 + Self.columns, cells.count)])
    }
    let heights = rows.map { row in
      row.map { $0.imageHeight + Double($0.lines.count + 1) * Self.lineHeight }.max() ?? 0
    }
    let columns = Double(min(Self.columns, cells.count))
    var canvas = Canvas(
      width: columns * (Self.cellWidth + Self.gap) + Self.gap,
      height: heights.reduce(Self.gap) { $0 + $1 + Self.gap + 8 }
    )
    var top = Self.gap
    for (row, height) in zip(rows, heights) {
      for (column, cell) in row.enumerated() {
        let left = Self.gap + Double(column) * (Self.cellWidth + Self.gap)
        try draw(cell, on: &canvas, left: left, top: top)
      }
      top += height + Self.gap + 8
    }
    do { return try canvas.raster(scale: Self.density) } catch {
      throw ReportError(code: .pictureNotDrawn, file: nil, message: "a sheet: \(error)")
    }
  }

  private func draw(
    _ cell: Cell,
    on canvas: inout Canvas,
    left: Double,
    top: Double
  ) throws(ReportError) {
    let (width, height) = (Double(cell.item.image.width) * cell.scale, cell.imageHeight)
    let scale = Float(cell.scale)
    let boxes = ContactSheet.overlay(of: cell.item, category: sheet.category).map { box in
      var box = box
      box.box = box.box.scaled(x: scale, y: scale)
      return box
    }
    let overlay = DetectionOverlay.canvas(
      boxes,
      width: max(1, Int(width.rounded())),
      height: max(1, Int(height.rounded()))
    )
    do {
      let drawn = try overlay.raster(scale: Self.density, background: cell.item.image)
      canvas.image(drawn, in: Rectangle(x: left, y: top, width: width, height: height))
    } catch {
      throw ReportError(
        code: .pictureNotDrawn,
        file: nil,
        message: "the picture \(cell.item.name) cannot be drawn: \(error)"
      )
    }
    var baseline = top + height + Self.lineHeight
    let title = Self.titleFont.truncated(cell.item.name, toWidth: Self.cellWidth)
    canvas.text(title, at: SIMD2(left, baseline), font: Self.titleFont)
    for line in cell.lines {
      baseline += Self.lineHeight
      let text = Self.textFont.truncated(line, toWidth: Self.cellWidth)
      canvas.text(text, at: SIMD2(left, baseline), font: Self.textFont, color: Color(white: 0.35))
    }
  }
}
