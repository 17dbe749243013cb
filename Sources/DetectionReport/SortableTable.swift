/// A table whose rows a script can sort and filter; without one it is a table.
struct SortableTable {
  struct Column {
    var heading: String
    /// What the numbers mean; may be empty.
    var meaning: String
    /// Takes what room there is.
    var isWide: Bool

    init(_ heading: String, _ meaning: String = "", isWide: Bool = false) {
      self.heading = heading
      self.meaning = meaning
      self.isWide = isWide
    }
  }

  struct Row {
    var name: String
    /// One for each column but the first.
    var cells: [Markup]
    /// What stands in the tags of the cells, with a space before it; empty for none of them.
    var attributes: [Markup] = []
  }

  /// From so many rows on the table scrolls by itself and can be filtered.
  static let longRows = 16

  /// The CSS class of its look.
  var kind: String
  /// What the table is called where it cannot be seen.
  var label: String
  var columns: [Column]
  var rows: [Row]

  func markup() -> Markup {
    let isLong = rows.count > Self.longRows
    let filter: Markup =
      isLong
      ? """
      <p class="filter" hidden="hidden"><label>Filter <input type="search" autocomplete="off" \
      spellcheck="false" placeholder="name of a class"/></label> \
      <output>\(rows.count) classes</output></p>

      """ : ""
    let table: Markup = """
      <table class="sortable \(kind)"><thead><tr>\(columns.enumerated().map(heading))</tr></thead>
      <tbody>\(rows.map(row))</tbody></table>
      """
    return """
      <div class="filtered">\(filter)\
      <div class="\(isLong ? "scroll long" : "scroll")" role="region" aria-label="\(label)" \
      tabindex="0">\(table)</div></div>

      """
  }

  private func heading(_ index: Int, _ column: Column) -> Markup {
    let meaning: Markup = column.meaning.isEmpty ? "" : " title=\"\(column.meaning)\""
    return """
      <th scope="col"\(column.isWide ? " class=\"wide\"" as Markup : "")\(meaning)>\
      <span class="head">\(column.heading)</span></th>
      """
  }

  private func row(_ row: Row) -> Markup {
    let cells = row.cells.enumerated().map { index, cell -> Markup in
      if columns[index + 1].isWide { return "<td class=\"wide\">\(cell)</td>" }
      let attributes = row.attributes.indices.contains(index) ? row.attributes[index] : ""
      return "<td\(attributes)>\(cell)</td>"
    }
    return "<tr><th scope=\"row\"><bdi>\(row.name)</bdi></th>\(cells)</tr>\n"
  }
}
