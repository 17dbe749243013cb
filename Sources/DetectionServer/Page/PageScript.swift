/// What the page does: one JavaScript module, in parts that are read in this order.
///
/// Plain JavaScript as browsers of 2024 run it, no step of building. Texts of others (names of files, of
/// categories, messages of the server) become text nodes and attributes, never markup.
enum PageScript {
  /// The whole module.
  static let text = [
    state, server, colours, labels, stage, boxes, categories, table, panel, facts, pictures, film,
    camera, exports, sample, start,
  ]
  .joined(separator: "\n")
}
