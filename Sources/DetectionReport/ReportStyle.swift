/// The look of a report.
enum ReportStyle {
  /// How many colours `--s0`, `--s1`, … there are.
  static let seriesCount = 8

  /// All of the page's CSS.
  ///
  /// It holds no `<` and no `&`, so that the page is XML too.
  static let css = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --raised: #f6f7f9; --ink: #14171c; --soft: #59616e; --line: #e2e5ea;
      --accent: #1f56c3; --tint: #e8effc; --warn: #b3261e;
      --s0: #1f5fd0; --s1: #d4560c; --s2: #0a8566; --s3: #8e3fb5; --s4: #9a7200; --s5: #c02f69;
      --s6: #2f8fb8; --s7: #69707c;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #111317; --raised: #1a1d23; --ink: #e9ebef; --soft: #9ba3af; --line: #2b3038;
        --accent: #8ab4ff; --tint: #1b2a47; --warn: #ff8a80;
        --s0: #78a6ff; --s1: #ff9a57; --s2: #45caa3; --s3: #cf9bf2; --s4: #dfba4a; --s5: #ff86b0;
        --s6: #7fcdf0; --s7: #a7aeb9;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 40px 20px 72px; max-width: 1160px; background: var(--paper);
      color: var(--ink); overflow-wrap: break-word;
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
    }
    h1 { margin: 0; font-size: clamp(24px, 4vw, 32px); line-height: 1.2; letter-spacing: -0.015em; }
    h2 { margin: 0 0 4px; font-size: 20px; line-height: 1.3; letter-spacing: -0.01em; }
    h3 { margin: 0; font-size: 15px; line-height: 1.4; }
    p { margin: 0; }
    ul { margin: 0; padding: 0; list-style: none; }
    section { margin-top: 56px; }
    .summary { margin-top: 10px; max-width: 70ch; font-size: 17px; color: var(--soft); }
    .note { margin-bottom: 16px; max-width: 80ch; font-size: 14px; color: var(--soft); }
    bdi, h1, li, dd, figcaption { overflow-wrap: anywhere; }
    .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    table, .tiles, .plot, .legend, .facts { font-variant-numeric: tabular-nums; }

    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 28px 0 0; }
    .tiles div { padding: 14px 16px 12px; background: var(--raised); border-radius: 10px; }
    .tiles dt { font-size: 13px; color: var(--soft); }
    .tiles dd { margin: 0; font-size: 30px; line-height: 1.25; font-weight: 650; letter-spacing: -0.02em; }
    .tiles dd.about { font-size: 12px; line-height: 1.4; font-weight: 400; letter-spacing: 0; color: var(--soft); }
    nav { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 20px; font-size: 14px; }
    a { color: var(--accent); text-decoration: none; }
    a:hover { text-decoration: underline; }

    table { width: 100%; border-collapse: collapse; font-size: 15px; }
    th, td { padding: 9px 0 9px 16px; text-align: right; border-bottom: 1px solid var(--line); }
    thead th { padding-top: 0; font-size: 13px; font-weight: 500; color: var(--soft); vertical-align: bottom; }
    th:first-child { padding-left: 0; text-align: left; }
    tbody th { font-weight: 500; }
    td.best span:first-child {
      margin: 0 -7px; padding: 2px 7px; background: var(--tint); color: var(--accent); font-weight: 650; border-radius: 6px;
    }
    .runs th:last-child, .runs td:last-child { padding-right: 8px; }
    td.absent { color: var(--soft); }
    .dot, .swatch { display: inline-block; width: 10px; height: 10px; margin-right: 9px; background: var(--c); border-radius: 50%; }
    .swatch { border-radius: 3px; box-shadow: inset 0 0 0 1px rgb(128 128 128 / 0.4); }
    .classes th, .classes td { vertical-align: top; }
    .classes tbody th { padding-left: 19px; text-indent: -19px; }
    .classes .wide { width: 60%; text-align: left; }
    .bar { display: grid; grid-template-columns: 4.5ch 1fr; gap: 12px; align-items: center; }
    .bar b { font-weight: 500; text-align: right; }
    .bar > span { height: 8px; background: var(--raised); border-radius: 4px; }
    .bar i { display: block; height: 100%; background: var(--c); border-radius: 4px; }

    figure { margin: 0; }
    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 40px; margin-top: 16px; }
    .chart { min-width: 0; break-inside: avoid; }
    .chart figcaption p { font-size: 13px; color: var(--soft); }
    .legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 6px 0 10px; font-size: 13px; }
    .legend li { display: flex; align-items: center; }
    .legend b { margin-left: 8px; font-weight: 500; color: var(--soft); }
    .key { display: inline-block; flex: none; width: 18px; height: 0; margin-right: 8px; vertical-align: middle; border-top: 2.5px solid var(--c); }
    .key.dashed { border-top-style: dashed; }
    .key.dotted { border-top-style: dotted; }
    .plot { padding-left: var(--gutter); font-size: 12px; line-height: 1.3; color: var(--soft); }
    .axis { margin: 0 0 8px calc(-1 * var(--gutter)); }
    .axis.x { margin: 24px 0 0; text-align: right; }
    .area { position: relative; height: 250px; }
    .area svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; clip-path: inset(-4px); }
    .area path { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
    .grid { stroke: var(--line); stroke-width: 1; }
    .grid.minor { opacity: 0.45; }
    .base { stroke: var(--soft); stroke-width: 1; opacity: 0.6; }
    .line { stroke: var(--c); stroke-width: 2; stroke-linecap: round; }
    .line.dashed { stroke-dasharray: 7 5; }
    .line.dotted { stroke-dasharray: 1 5; stroke-width: 2.5; }
    .faint { stroke: var(--c); stroke-width: 1; opacity: 0.22; }
    .dots { stroke: var(--c); stroke-width: 6; stroke-linecap: round; }
    .tick { position: absolute; white-space: nowrap; }
    .tick.y { right: calc(100% + 8px); transform: translateY(-50%); }
    .tick.x { top: calc(100% + 6px); transform: translateX(-50%); }
    .break { position: absolute; top: 2px; transform: translateX(-50%); color: var(--c); font-weight: 700; font-size: 13px; }
    .at { position: absolute; top: 0; bottom: 0; }
    .at div {
      display: none; position: absolute; top: 6px; z-index: 1; padding: 6px 10px; width: max-content; max-width: 260px;
      background: var(--paper); color: var(--ink); border: 1px solid var(--line); border-radius: 8px;
      box-shadow: 0 4px 14px rgb(0 0 0 / 0.14); pointer-events: none;
    }
    .at.right div { left: calc(var(--at) + 10px); }
    .at.left div { right: calc(100% - var(--at) + 10px); }
    .at span { display: flex; align-items: center; }
    .at b { margin-left: auto; padding-left: 12px; font-weight: 600; }
    .at:hover::before { content: ""; position: absolute; top: 0; bottom: 0; left: var(--at); border-left: 1px solid var(--soft); }
    .at:hover div { display: block; }
    .notes { margin-top: 8px; font-size: 13px; color: var(--soft); }
    .notes .warning { color: var(--warn); }
    .empty { margin-top: 12px; padding: 32px; text-align: center; color: var(--soft); background: var(--raised); border-radius: 10px; }

    .gallery { display: flex; flex-wrap: wrap; gap: 32px 40px; }
    .item { max-width: 100%; break-inside: avoid; }
    .item h3 small { margin-left: 6px; font-size: 12px; font-weight: 400; color: var(--soft); }
    .panels { display: flex; flex-wrap: wrap; gap: 12px 16px; margin-top: 6px; }
    .panel { width: min(var(--w), calc((min(1120px, 100vw - 40px) - 16px * (var(--n) - 1)) / var(--n))); }
    .panel img { display: block; width: 100%; height: auto; background: var(--raised); border-radius: 6px; }
    .panel figcaption { margin-top: 6px; font-size: 13px; line-height: 1.4; color: var(--soft); }
    .panel figcaption b { margin-right: 4px; font-weight: 600; color: var(--ink); }
    .frame { display: inline-block; width: 15px; height: 12px; margin-right: 8px; border: 2px solid currentColor; }
    .frame.missed { border-style: dashed; }
    .frame.false { border-color: #e5002b; }

    .remarks li { max-width: 80ch; padding: 3px 0 3px 18px; text-indent: -18px; }
    .remarks li::before { content: "–"; display: inline-block; width: 18px; text-indent: 0; color: var(--soft); }
    #details h3 { margin: 20px 0 8px; }
    pre { margin: 0; padding: 14px 16px; overflow-x: auto; background: var(--raised); border-radius: 10px; }
    code { font: 13px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 0 40px; margin: 0; font-size: 14px; }
    .facts div { display: grid; grid-template-columns: 9em 1fr; gap: 12px; padding: 6px 0; border-bottom: 1px solid var(--line); }
    .facts dt { color: var(--soft); }
    .facts dd { margin: 0; min-width: 0; }
    details { margin-top: 24px; }
    summary { margin-bottom: 8px; font-size: 15px; font-weight: 600; cursor: pointer; }

    @media (max-width: 719px) {
      body { padding: 24px 20px 48px; }
      section { margin-top: 44px; }
      .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      .area { height: 210px; }
      .runs thead { display: none; }
      .runs, .runs tbody { display: block; }
      .runs tr { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px 8px; padding: 12px 0; border-bottom: 1px solid var(--line); }
      .runs th, .runs td { padding: 0; border: 0; text-align: left; }
      .runs th { grid-column: 1 / -1; font-weight: 600; }
      .runs td::before { content: attr(data-label); display: block; font-size: 12px; color: var(--soft); }
      .runs td.best span:first-child { margin-left: -5px; padding: 1px 5px; }
      .classes thead th:not(:first-child), .classes td { padding-left: 12px; }
      .classes .wide { width: 45%; }
      .bar { gap: 8px; }
      .panel { width: min(var(--w) * 1.5, 100vw - 40px); }
    }
    @media print {
      :root {
        color-scheme: light;
        --paper: #ffffff; --raised: #f3f4f6; --ink: #000000; --soft: #4a515c; --line: #d5d9e0;
        --accent: #1f56c3; --tint: #e8effc; --warn: #b3261e;
        --s0: #1f5fd0; --s1: #d4560c; --s2: #0a8566; --s3: #8e3fb5; --s4: #9a7200; --s5: #c02f69;
        --s6: #2f8fb8; --s7: #69707c;
      }
      @page { margin: 16mm; }
      body { padding: 0; max-width: none; font-size: 11pt; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      nav, .at { display: none; }
      section { margin-top: 28px; }
      h2, h3, .note, .legend { break-after: avoid; }
      .charts { grid-template-columns: 1fr 1fr; gap: 28px; }
      .area { height: 170px; }
      .item, .panels { width: 100%; }
      .panel { width: min(var(--w), calc((100% - 16px * (var(--n) - 1)) / var(--n))); }
      tr, .tiles div { break-inside: avoid; }
      pre { white-space: pre-wrap; }
      details::details-content { content-visibility: visible; block-size: auto; }
    }

    """
}
