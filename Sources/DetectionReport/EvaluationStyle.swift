import Drawing

/// What the page of an evaluation looks like beyond ``ReportStyle``.
enum EvaluationStyle {
  /// How many colours `--r0`, `--r1`, … there are, from loose to strict.
  static let rampCount = 10

  private static func ramp(_ stops: [UInt32]) -> String {
    (0..<rampCount).map { index in
      let place = Double(index) / Double(rampCount - 1) * Double(stops.count - 1)
      let start = min(Int(place), stops.count - 2)
      let color = Color(hex: stops[start]).mixed(
        with: Color(hex: stops[start + 1]),
        place - Double(start)
      )
      let parts = [color.red, color.green, color.blue].map { "\(Int(($0 * 255).rounded()))" }
      return "--r\(index): rgb(\(parts.joined(separator: " ")));"
    }
    .joined(separator: " ")
  }

  // Lightness alone gives the order; each end is apart from the paper and from the other.
  private static let light = ramp([0x1B2A6B, 0x4B2FC0, 0x9A22A8, 0xD63A78, 0xE8742F])
  private static let dark = ramp([0xF5D78E, 0xFFA765, 0xFF86B0, 0xC89BFF, 0x7E8CFF])

  /// All of the page's further CSS; it holds no `<` and no `&`.
  static let css = """
    :root { \(light) }
    @media (prefers-color-scheme: dark) { :root { \(dark) } }
    [hidden] { display: none; }
    .absent { font-weight: 400; color: var(--soft); }
    small { font-size: 12px; font-weight: 400; color: var(--soft); }

    .tiles.twelve { grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 10px; }
    .tiles.twelve div { padding: 12px 14px 10px; }
    .tiles.twelve dd { font-size: 26px; }
    .tiles.twelve dd.about { font-size: 12px; }
    .basis { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 8px 40px; margin-top: 24px; }
    .basis h2 { font-size: 15px; }
    .basis .facts { grid-template-columns: 1fr; }
    .basis .facts div { grid-template-columns: 11em 1fr; }

    .scroll { overflow-x: auto; }
    .scroll.long { max-height: 560px; overflow-y: auto; border: 1px solid var(--line); border-radius: 10px; }
    .scroll.long table { padding: 0; }
    .scroll.long thead th { position: sticky; top: 0; z-index: 2; padding-top: 10px; background: var(--paper); box-shadow: inset 0 -1px var(--line); }
    .scroll.long th:first-child { padding-left: 14px; }
    .scroll.long th:last-child, .scroll.long td:last-child { padding-right: 14px; }
    .scroll.long tbody tr:last-child > * { border-bottom: 0; }
    .scroll:focus-visible, .small:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible {
      outline: 2px solid var(--accent); outline-offset: 2px;
    }
    .figures .wide { width: 34%; text-align: left; }
    .figures th:first-child { max-width: 320px; }
    .sortable tbody bdi, .mistakes bdi, .tile b bdi {
      display: -webkit-inline-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; vertical-align: bottom;
    }
    .figures tbody tr:hover > * { background: var(--raised); }
    .figures tbody tr:hover .bar > span { background: var(--line); }
    .sizes .wide { width: 34%; text-align: left; }
    .sizes small { white-space: nowrap; }
    button.head {
      margin: 0; padding: 0; border: 0; background: none; font: inherit; color: inherit; cursor: pointer; white-space: nowrap;
    }
    button.head:hover { color: var(--accent); }
    th[aria-sort] button.head { color: var(--ink); font-weight: 650; }
    th[aria-sort="ascending"] button.head::after { content: " ↑"; }
    th[aria-sort="descending"] button.head::after { content: " ↓"; }
    .filter, .choose { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 12px; font-size: 14px; }
    .filter[hidden], .choose[hidden] { display: none; }
    .filter label, .choose label { display: flex; align-items: center; min-width: 0; max-width: 100%; }
    .filter output { color: var(--soft); }
    input[type="search"], select {
      min-width: 0; max-width: 320px; margin-left: 8px; padding: 6px 10px; border: 1px solid var(--line); border-radius: 8px;
      background: var(--paper); color: var(--ink); font: inherit;
    }

    .by-iou .sides { display: grid; grid-template-columns: minmax(0, 1.7fr) minmax(0, 1fr); gap: 24px 48px; align-items: start; margin-top: 10px; }
    .by-iou .area { height: 320px; }
    .ious { font-size: 13px; }
    .ious th, .ious td { padding: 4px 0 4px 12px; border-bottom: 0; }
    .ious thead th { padding-bottom: 6px; }
    .ious tbody th { white-space: nowrap; }
    .ious .wide { width: 75%; text-align: left; }
    .ious .gone { opacity: 0.35; }
    .by-class { margin-top: 40px; }
    .smalls { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 18px 20px; }
    .smalls.few { grid-template-columns: repeat(auto-fill, minmax(min(100%, 250px), 1fr)); }
    .smalls.few svg { height: 120px; }
    .small { min-width: 0; break-inside: avoid; border-radius: 4px; }
    .small[role="button"] { cursor: pointer; }
    .small[role="button"]:hover bdi { color: var(--accent); }
    .small figcaption { display: flex; align-items: baseline; gap: 8px; margin-bottom: 4px; font-size: 13px; line-height: 1.35; }
    .small bdi { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .small b { font-weight: 600; font-variant-numeric: tabular-nums; }
    .small svg { display: block; width: 100%; height: 64px; overflow: visible; }
    .small path { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
    .small .back { stroke: var(--soft); stroke-width: 1.2; opacity: 0.7; stroke-dasharray: 2 3; }
    .small .line { stroke-width: 1.8; }
    .fold { margin-top: 20px; }
    .fold .smalls { margin-top: 12px; }

    section > h3 { margin-top: 32px; }
    section > .note + h3, section > h2 + h3 { margin-top: 12px; }
    h3 + .note { margin: 2px 0 12px; }
    .costs .wide, .mistakes .wide { width: 48%; text-align: left; }
    .costs th small { display: block; }
    .costs .bar { grid-template-columns: 6.5ch 1fr; }
    .bar b { white-space: nowrap; }
    .costs .bar > span, .mistakes .bar > span { background: none; }
    .mistakes th, .mistakes td { padding-top: 6px; padding-bottom: 6px; }
    h3 + table { margin-top: 8px; }
    h2 + .choose { margin-top: 12px; }
    .costs .totals tr:first-child > * { border-top: 3px double var(--line); }
    .gains { font-size: 14px; }
    .gains td small { display: block; line-height: 1.2; }
    .gains th, .gains td { padding: 7px 10px; }
    .gains td { min-width: 62px; }
    .heat { background: color-mix(in srgb, var(--s1) var(--h), transparent); }
    .right { background: color-mix(in srgb, var(--s0) var(--h), transparent); }
    td.heat small, td.right small { color: inherit; opacity: 0.8; }

    .confusion { width: auto; border-collapse: separate; border-spacing: 2px; font-size: 13px; }
    .confusion th, .confusion td { padding: 0; border: 0; }
    .confusion td { width: 64px; min-width: 64px; height: 40px; text-align: center; border-radius: 3px; }
    .confusion .corner { width: auto; padding-right: 12px; font-size: 12px; color: var(--soft); text-align: left; vertical-align: bottom; line-height: 1.3; white-space: nowrap; }
    .confusion tbody th bdi { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .confusion tbody th { padding-right: 12px; max-width: 220px; text-align: right; font-weight: 500; }
    .confusion thead th { padding: 0 4px 6px; max-width: 96px; text-align: center; }
    .confusion .nil { background: var(--raised); }
    .confusion td.sum { padding-left: 10px; text-align: right; color: var(--soft); }
    .confusion .apart > * { position: relative; top: 8px; }
    .confusion { margin-bottom: 8px; }
    .confusion.many { font-size: 11px; }
    .confusion.many td { width: 30px; min-width: 30px; height: 28px; }
    .confusion.many thead th { padding: 0 0 6px; vertical-align: bottom; }
    .confusion.many thead th span { display: inline-block; max-height: 120px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; writing-mode: vertical-rl; text-orientation: sideways; transform: rotate(180deg); }
    .confusion.many td.sum { width: auto; }
    .confusion + .note, .scroll + .note { margin-top: 12px; }
    .mistakes th small { margin: 0 4px; }

    .tiles.few { margin: 4px 0 24px; }
    .tiles.few dd { font-size: 24px; }
    .tiles.few dd.about { font-size: 12px; }
    .block { display: inline-block; flex: none; width: 12px; height: 12px; margin-right: 8px; border-radius: 3px; }
    .block.found { background: var(--s0); }
    .block.wrong { background: var(--s1); }
    .area .column { stroke: none; }
    .area .column.found { fill: var(--s0); }
    .area .column.wrong { fill: var(--s1); }
    .cut { position: absolute; top: 0; bottom: 0; width: 0; border-left: 1.5px dashed var(--ink); pointer-events: none; }
    .cut b { position: absolute; top: -2px; left: 6px; font-weight: 600; color: var(--ink); white-space: nowrap; }
    .cut.left b { left: auto; right: 6px; }

    .frame.false { border-color: #ff2d4a; }
    .frame.missed { border: 2px dashed #f5a400; }
    .frame.object { border-color: #12b886; }
    .frame.found { border-color: #3b9cff; }
    .frame.ignored { border: 2px dotted #98a1ad; }
    .tilewall { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 24px 20px; }
    .tilewall.whole { grid-template-columns: repeat(auto-fill, minmax(330px, 1fr)); }
    .tile { min-width: 0; break-inside: avoid; }
    .stage { display: grid; place-items: center; aspect-ratio: 4/3; overflow: hidden; background: var(--raised); border-radius: 8px; }
    .view { position: relative; overflow: hidden; }
    .view.wide { width: 100%; }
    .view.tall { height: 100%; }
    .view img, .view svg { position: absolute; inset: 0; display: block; width: 100%; height: 100%; }
    .view.bare {
      background: repeating-linear-gradient(45deg, var(--raised) 0 9px, var(--line) 9px 10px);
      box-shadow: inset 0 0 0 1px var(--line);
    }
    .tile rect { fill: none; vector-effect: non-scaling-stroke; }
    .tile .halo { stroke: rgb(0 0 0 / 0.55); stroke-width: 4; }
    .tile .mark { stroke-width: 2; }
    .mark.false { stroke: #ff2d4a; stroke-width: 2.5; }
    .mark.missed { stroke: #ffb01f; stroke-width: 2.5; stroke-dasharray: 6 4; }
    .mark.object { stroke: #2fe0a5; }
    .mark.found { stroke: #4aa8ff; }
    .mark.ignored { stroke: #c3cad3; stroke-dasharray: 2 4; }
    .tag {
      position: absolute; padding: 0 5px; overflow: hidden; font-size: 11px; line-height: 16px; font-weight: 600;
      color: #10131a; text-overflow: ellipsis; white-space: nowrap; border-radius: 3px; transform: translateY(-100%);
    }
    .tag.end { transform: translate(-100%, -100%); }
    .tag.low { transform: none; }
    .tag.end.low { transform: translateX(-100%); }
    .tag.false { background: #d1002f; color: #ffffff; }
    .tag.missed { background: #ffb01f; }
    .tag.object { background: #2fe0a5; }
    .tag.found { background: #4aa8ff; }
    .tag.ignored { background: #c3cad3; }
    .tile figcaption { margin-top: 6px; font-size: 13px; line-height: 1.4; color: var(--soft); }
    .tile figcaption b { font-weight: 600; color: var(--ink); }
    .tile figcaption small, .tile .fault { display: block; }
    .tile .fault { color: var(--warn); }

    @media (max-width: 1019px) {
      .tiles.twelve { grid-template-columns: repeat(3, minmax(0, 1fr)); }
    }
    @media (max-width: 719px) {
      .tiles.twelve { gap: 8px; }
      .tiles.twelve div { padding: 10px 10px 8px; }
      .tiles.twelve dd { font-size: 22px; }
      .tiles.twelve dd.about { font-size: 11px; }
      .basis .facts div { grid-template-columns: 9em 1fr; }
      .by-iou .sides { grid-template-columns: minmax(0, 1fr); }
      .by-iou .area { height: 240px; }
      .figures { font-size: 13px; }
      .figures th, .figures td { padding-left: 6px; }
      .figures thead th { font-size: 12px; }
      .figures .wide { width: auto; text-align: right; }
      .figures .bar { display: block; }
      .figures .bar > span { display: none; }
      .figures th:first-child { position: sticky; left: 0; z-index: 1; min-width: 76px; max-width: 120px; background: var(--paper); }
      .figures thead th:first-child { z-index: 3; }
      .smalls { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      .costs .wide, .mistakes .wide { width: 40%; }
      .gains { font-size: 13px; }
      .gains th, .gains td { padding: 6px; }
      .gains th:first-child { min-width: 76px; }
      .gains thead th { font-size: 12px; }
      .sizes td small { display: block; }
      .gains th:first-child, .confusion tbody th { position: sticky; left: 0; z-index: 1; max-width: 120px; background: var(--paper); }
      .gains thead th:first-child { z-index: 3; }
      .tilewall { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px 12px; }
      .tilewall.whole { grid-template-columns: minmax(0, 1fr); }
    }
    @media print {
      :root { \(light) }
      .filter, .choose { display: none; }
      .tiles.twelve { grid-template-columns: repeat(6, minmax(0, 1fr)); }
      .scroll, .scroll.long { max-height: none; overflow: visible; border: 0; }
      .scroll.long thead th { position: static; }
      .by-iou .area { height: 220px; }
      .smalls { grid-template-columns: repeat(5, minmax(0, 1fr)); }
      .tilewall { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 16px 14px; }
      .tilewall.whole { grid-template-columns: repeat(2, minmax(0, 1fr)); }
    }

    """
}
