import CommandConsole
import DatasetInspection
import DetectionDatasets
import DetectionReport

/// An inspection as a page.
enum InspectionPage {
  /// As many classes have a row of anchor coverage.
  private static let mostClasses = 24

  /// - Parameters:
  ///   - inspection: What was found out.
  ///   - figures: The same as numbers.
  ///   - options: What was asked for.
  ///   - environment: The program and the machine.
  /// - Returns: The page.
  static func report(
    of inspection: Inspection,
    _ figures: InspectionFigures,
    _ options: InspectOptions,
    environment: [RunReport.Fact]
  ) -> InspectionReport {
    var report = InspectionReport(
      title: "Dataset inspection",
      subject: options.data.joined(separator: ", ")
    )
    report.findings = InspectionFindings.sentences(figures)
    report.figures = tiles(figures)
    report.splits = figures.splits.map {
      .init(name: $0.name, images: $0.images, boxes: $0.boxes)
    }
    report.classes = zip(figures.classes, figures.statistics.classes).map { row, sizes in
      .init(
        name: ClassName.text(row.name, id: row.id),
        boxes: row.boxes,
        images: row.images,
        share: row.share,
        weight: row.inverseFrequency,
        side: sizes.sides?.median
      )
    }
    if figures.boxes > 0 { report.charts = charts(figures.statistics) }
    report.anchors = figures.anchorCoverage.map(anchors)
    report.problems =
      problems(figures.problems, options) + doubles(figures, options)
    let galleries = InspectionGalleries(inspection)
    report.galleries = galleries.galleries()
    report.leaks = galleries.leaks()
    report.repeats = galleries.repeats()
    report.facts = facts(figures)
    report.details = .init(
      command: ShellWords.line(CommandLine.arguments),
      environment: environment
    )
    return report
  }

  private static func tiles(_ figures: InspectionFigures) -> [InspectionReport.Figure] {
    var tiles: [InspectionReport.Figure] = [
      .init(
        "Pictures",
        "\(figures.images)",
        figures.imagesLeftOut > 0
          ? "\(figures.imagesLeftOut) more cannot be used"
          : InspectionText.formatName(figures.format),
        isWarning: figures.imagesLeftOut > 0
      )
    ]
    if figures.format != "pictures" {
      let median = figures.statistics.boxesPerImage?.median ?? 0
      tiles.append(
        .init(
          "Boxes",
          "\(figures.boxes)",
          "\(InspectionText.decimals(median, 0)) in a median picture"
        )
      )
      let empty = figures.classes.count { $0.boxes == 0 }
      tiles.append(
        .init("Classes", "\(figures.classes.count)", empty > 0 ? "\(empty) without a box" : "")
      )
    }
    if let ratio = figures.imbalance, figures.classes.count > 1 {
      tiles.append(
        .init(
          "Imbalance",
          "\(InspectionText.decimals(ratio, ratio < 100 ? 1 : 0)) : 1",
          "most to least frequent class"
        )
      )
    }
    if let coverage = figures.anchorCoverage {
      let missed = coverage.all.belowForeground
      tiles.append(
        .init(
          "Without an anchor",
          InspectionText.percent(missed),
          "of the objects, at IoU \(coverage.foregroundThreshold)",
          isWarning: missed > 0.05
        )
      )
    }
    let problems = figures.problems.count
    tiles.append(
      .init(
        "Problems",
        "\(problems)",
        problems == 0 ? "nothing left out or changed" : "listed below by their place",
        isWarning: problems > 0
      )
    )
    return tiles
  }

  private static func charts(_ boxes: BoxStatistics) -> [InspectionReport.Bins] {
    func note(_ values: Quantiles?, _ places: Int, _ unit: String) -> String {
      guard let values else { return "" }
      func text(_ value: Double) -> String { InspectionText.decimals(value, places) }
      return
        "Median \(text(values.median))\(unit); nine in ten between \(text(values.p5)) and \(text(values.p95))."
    }
    let sizes = boxes.sizes.map { "\($0.name) \(InspectionText.percent($0.share))" }
    return [
      .init(
        title: "Side of the boxes, in pixels",
        note: note(boxes.sides, 0, "") + " Of a square of the same area; "
          + sizes.joined(separator: ", ") + ".",
        edges: boxes.sideHistogram.edges,
        counts: boxes.sideHistogram.counts,
        unit: "boxes"
      ),
      .init(
        title: "Side once resized, in pixels",
        note: note(boxes.resized.sides, 0, "")
          + " As the network sees them; its finest stride is \(boxes.resized.stride).",
        edges: boxes.resized.sideHistogram.edges,
        counts: boxes.resized.sideHistogram.counts,
        unit: "boxes"
      ),
      .init(
        title: "Height over width",
        note: note(boxes.aspects, 2, ""),
        edges: boxes.aspectHistogram.edges,
        counts: boxes.aspectHistogram.counts,
        unit: "boxes"
      ),
      .init(
        title: "Boxes a picture",
        note: note(boxes.boxesPerImage, 0, ""),
        edges: boxes.boxesPerImageHistogram.edges,
        counts: boxes.boxesPerImageHistogram.counts,
        unit: "pictures",
        isWhole: true
      ),
    ]
  }

  private static func anchors(_ coverage: AnchorCoverage) -> InspectionReport.Anchors {
    let anchors = coverage.anchors
    var facts: [RunReport.Fact] = [
      .init("Anchors in a mean picture", InspectionText.decimals(anchors.all, 0)),
      .init("Foreground", InspectionText.decimals(anchors.foreground, 1)),
      .init("Ignored", InspectionText.decimals(anchors.ignored, 1)),
      .init("Background", InspectionText.decimals(anchors.background, 0)),
    ]
    if let ratio = anchors.backgroundPerForeground, let alpha = anchors.inverseFrequencyAlpha {
      facts += [
        .init("Foreground : background", "1 : \(InspectionText.decimals(ratio, 0))"),
        .init(
          "α by inverse frequency",
          "\(InspectionText.decimals(alpha, 5)), background / (foreground + background); with γ = 2 the paper found 0.25 best"
        ),
      ]
    }
    facts.append(
      .init("Pictures of which no object is learnt", "\(coverage.imagesWithoutForeground)")
    )
    return .init(
      note:
        "Pictures brought to a short side of \(coverage.shortSide), a long side of at most \(coverage.longSideCap). "
        + (coverage.all.belowForeground > 0.05
          ? "focal anchors DATA looks for anchors that fit better." : ""),
      background: "\(coverage.backgroundThreshold)",
      foreground: "\(coverage.foregroundThreshold)",
      groups: [
        .init("", rows([coverage.all])), .init("By size", rows(coverage.sizes)),
        classGroup(coverage.classes),
      ],
      levels: coverage.levels.map { .init("best on stride \($0.stride)", $0.share) },
      facts: facts
    )
  }

  private static func rows(_ groups: [AnchorCoverage.Group]) -> [InspectionReport.Coverage] {
    groups.map {
      .init(
        name: $0.name,
        objects: $0.objects,
        belowBackground: $0.belowBackground,
        belowForeground: $0.belowForeground,
        meanIoU: $0.meanBestIoU
      )
    }
  }

  /// Of many classes those that are covered worst.
  private static func classGroup(
    _ classes: [AnchorCoverage.Group]
  ) -> InspectionReport.Anchors.Group {
    let present = classes.filter { $0.objects > 0 }
    guard present.count > mostClasses else {
      return .init("By class", present.count > 1 ? rows(present) : [])
    }
    let worst = present.enumerated().sorted {
      ($1.element.belowForeground, $0.offset) < ($0.element.belowForeground, $1.offset)
    }
    return .init(
      "By class, the \(mostClasses) covered worst of \(present.count)",
      rows(worst.prefix(mostClasses).map(\.element))
    )
  }

  private static func facts(_ figures: InspectionFigures) -> [RunReport.Fact] {
    let statistics = figures.statistics
    let sizes = statistics.imageSizes.prefix(6).map { "\($0.width) × \($0.height) (\($0.images))" }
    let more = statistics.differentImageSizes - sizes.count
    var facts: [RunReport.Fact] = [
      .init("Format", InspectionText.formatName(figures.format)),
      .init(
        "Sizes of pictures",
        sizes.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
      ),
    ]
    if figures.boxes > 0 {
      facts += [
        .init("Pictures without a box", "\(figures.imagesWithoutBoxes)"),
        .init("Crowd regions", "\(figures.crowds)"),
        .init(
          "Below stride \(statistics.resized.stride) once resized",
          "\(statistics.resized.belowStride) boxes"
        ),
      ]
    }
    if figures.duplicates == nil {
      facts.append(.init("Pictures", "headers only (--no-decode): no look for repeated pictures"))
    }
    return facts
  }
}
