/// The figures of each category, one row a category, from one to thousands.
enum EvaluationClassTable {
  static func markup(_ classes: [ClassFigures]) -> Markup {
    SortableTable(
      kind: "figures",
      label: "Figures of each class",
      columns: [
        .init("Class"), .init("AP", "mean over the IoU thresholds", isWide: true),
        .init("AP50", "at IoU 0.50"), .init("AP75", "at IoU 0.75"),
        .init("AR", "average recall with the largest number of detections"),
        .init("Objects", "to be found; crowds are not among them"),
        .init("Detections", "of the class"),
      ],
      rows: classes.map { row in
        .init(
          name: row.name,
          cells: [
            bar(row.AP), FigureMarkup.figure(row.AP50), FigureMarkup.figure(row.AP75),
            FigureMarkup.figure(row.AR), FigureMarkup.count(row.objects),
            FigureMarkup.count(row.detections),
          ]
        )
      }
    ).markup()
  }

  /// A figure as number and bar.
  static func bar(_ value: Double) -> Markup {
    """
    <div class="bar" style="--c:var(--s0)"><b>\(FigureMarkup.figure(value))</b>\
    <span><i style="width:\(FigureMarkup.length(value))"></i></span></div>
    """
  }
}
