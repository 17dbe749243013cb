/// What the page of an inspection looks like beyond ``ReportStyle`` and ``EvaluationStyle``.
enum InspectionStyle {
  /// All of the page's further CSS; it holds no `<` and no `&`.
  static let css = """
    .findings { margin: 22px 0 0; max-width: 84ch; }
    .findings li { position: relative; padding: 5px 0 5px 24px; font-size: 17px; line-height: 1.45; }
    .findings li::before { content: ""; position: absolute; left: 2px; top: 14px; width: 9px; height: 9px; border-radius: 50%; background: var(--accent); }
    .tiles dd.alert { color: var(--warn); }

    .bins { margin-top: 14px; }
    .bins .columns { display: flex; align-items: flex-end; gap: 2px; height: 170px; border-bottom: 1px solid var(--soft); }
    .bins .columns div { position: relative; flex: 1 1 0; min-width: 0; height: 100%; }
    .bins .columns i { position: absolute; left: 0; right: 0; bottom: 0; height: var(--h); min-height: 1px; background: var(--s0); border-radius: 3px 3px 0 0; }
    .bins .columns div.nil i { background: none; }
    .bins .columns b { position: absolute; left: 50%; bottom: calc(var(--h) + 2px); transform: translateX(-50%); font-size: 11px; font-weight: 500; color: var(--soft); white-space: nowrap; }
    .bins .columns div:hover i { background: var(--s1); }
    .bins .edges { position: relative; height: 22px; font-size: 12px; color: var(--soft); font-variant-numeric: tabular-nums; }
    .bins .edges span { position: absolute; top: 4px; transform: translateX(-50%); white-space: nowrap; }
    .bins .edges .start { transform: none; }
    .bins .edges .end { transform: translateX(-100%); }

    #splits table { margin-top: 12px; }
    .covered { width: 100%; }
    .covered tbody th bdi { display: block; min-width: 58px; }
    .covered .wide { width: 46%; text-align: left; }
    .covered tbody tr.group th { padding-top: 18px; font-size: 13px; font-weight: 500; color: var(--soft); border-bottom: 0; }
    .stack { display: flex; height: 12px; overflow: hidden; background: var(--raised); border-radius: 4px; }
    .stack i { display: block; height: 100%; }
    .stack .low, .block.low { background: var(--s1); }
    .stack .mid, .block.mid { background: var(--s4); }
    .stack .high, .block.high { background: var(--s2); }
    .levels { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 10px; margin-top: 20px; }
    .levels div { padding: 10px 12px; background: var(--raised); border-radius: 8px; font-size: 13px; color: var(--soft); }
    .levels b { display: block; font-size: 18px; color: var(--ink); font-weight: 600; }

    .faults { margin-top: 20px; }
    .faults h3 small { margin-left: 6px; }
    .faults ul { margin-top: 6px; }
    .faults li { padding: 7px 0; border-bottom: 1px solid var(--line); font-size: 14px; line-height: 1.45; }
    .faults li code { display: block; color: var(--ink); overflow-wrap: anywhere; }
    .faults li span { color: var(--soft); }
    .faults li.more { border-bottom: 0; color: var(--soft); }

    .pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 26px 28px; }
    .pair { min-width: 0; break-inside: avoid; }
    .pair .two { display: grid; grid-template-columns: 1fr 1fr; gap: 6px; }
    .pair .two div { min-width: 0; }
    .pair .two .still { display: grid; place-items: center; aspect-ratio: 4/3; overflow: hidden; background: var(--raised); border-radius: 8px; }
    .pair img { display: block; width: 100%; height: 100%; object-fit: contain; }
    .pair .from { margin-top: 4px; font-size: 12px; line-height: 1.35; color: var(--soft); overflow-wrap: anywhere; }
    .pair .from b { display: inline-block; margin-right: 6px; padding: 0 7px; border-radius: 9px; background: var(--tint); color: var(--accent); font-weight: 600; }
    .pair figcaption { margin-top: 4px; font-size: 13px; color: var(--soft); }
    .pair figcaption b { font-weight: 600; color: var(--ink); }

    .frame.first { border-color: #f5a400; }
    .frame.second { border: 2px dashed #3b9cff; }
    .mark.first { stroke: #ffb01f; stroke-width: 2.5; }
    .mark.second { stroke: #4aa8ff; stroke-dasharray: 5 4; }
    .tag.first { background: #ffb01f; }
    .tag.second { background: #4aa8ff; }
    .figures .dim { color: var(--soft); }

    @media (max-width: 719px) {
      .findings li { font-size: 16px; }
      .bins .columns { height: 140px; gap: 1px; }
      .bins.many .columns b { display: none; }
      .covered { font-size: 13px; }
      .covered th, .covered td { padding-left: 8px; }
      .covered .wide { width: 34%; }
      .pairs { grid-template-columns: minmax(0, 1fr); }
    }
    @media print {
      .bins .columns { height: 120px; }
      .pairs { grid-template-columns: 1fr 1fr; gap: 16px; }
      .faults li { break-inside: avoid; }
    }

    """
}
