extension PageStyle {
  /// Facts and strip under the picture, and the panel beside it.
  static let panel = #"""
    #facts { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 14px; padding-top: 10px; min-height: 34px; font-size: 13px; color: var(--soft); }
    #clear { min-height: 24px; font-size: 13px; }
    #file { display: flex; flex: 0 1 auto; gap: 10px; min-width: 0; }
    #file b { min-width: 0; overflow: hidden; font-weight: 500; color: var(--ink); text-overflow: ellipsis; white-space: nowrap; }
    #file span { white-space: nowrap; }
    #timing { display: flex; flex: 1 1 420px; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 2px 12px; font-size: 12px; }
    #timing-bar { display: flex; gap: 1px; width: 72px; height: 6px; overflow: hidden; border-radius: 3px; }
    #timing-bar i { flex: 0 0 auto; min-width: 1px; background: var(--c); }
    #timing-parts { display: flex; flex-wrap: wrap; gap: 0 12px; }
    #timing-parts div { display: flex; gap: 5px; align-items: baseline; }
    #timing-parts dt::before { content: ""; display: inline-block; width: 7px; height: 7px; margin-right: 5px; background: var(--c); border-radius: 50%; }
    #timing-parts .whole { order: -1; font-weight: 600; color: var(--ink); }
    #timing-parts .whole dt { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .queue { --c: var(--queue); } .decode { --c: var(--decode); } .inference { --c: var(--inference); }
    .network { --c: var(--network); } .other { --c: var(--other); }

    #film { display: flex; align-items: center; gap: 14px; padding-top: 8px; }
    #strip { display: flex; flex: 1; gap: 8px; min-width: 0; padding: 4px; margin: -4px; overflow-x: auto; scrollbar-width: thin; }
    #strip button { position: relative; display: block; width: 84px; height: 63px; padding: 0; overflow: hidden; background: var(--raised); border: 0; border-radius: 6px; }
    #strip canvas { display: block; width: 100%; height: 100%; object-fit: cover; opacity: 0.8; transition: opacity 0.12s; }
    #strip button:hover canvas, #strip [aria-current] canvas { opacity: 1; }
    #strip [aria-current] { outline: 2px solid var(--accent); outline-offset: 2px; }
    #strip small { position: absolute; right: 4px; bottom: 4px; padding: 0 6px; background: rgb(10 12 16 / 0.78); color: #ffffff; border-radius: 4px; font-size: 11px; line-height: 17px; font-weight: 600; }
    #strip .failed small { background: #b3261e; }
    #strip .working small { animation: beat 1.2s ease-in-out infinite; }
    @keyframes beat { 50% { opacity: 0.4; } }

    #results { display: flex; flex-direction: column; gap: 18px; min-width: 0; min-height: 0; }
    #count { min-height: 36px; font-size: 15px; line-height: 36px; font-weight: 400; color: var(--soft); }
    #count b { margin-right: 4px; font-size: 30px; font-weight: 650; letter-spacing: -0.02em; color: var(--ink); }
    .score p { display: flex; justify-content: space-between; font-size: 13px; color: var(--soft); }
    .score output { font-size: 14px; font-weight: 600; color: var(--ink); }
    #histogram { display: block; width: calc(100% - 18px); height: 44px; margin: 6px 9px 0; overflow: visible; }
    #histogram rect { fill: var(--line); }
    #histogram .kept { fill: color-mix(in srgb, var(--accent) 55%, var(--paper)); }
    input[type="range"] { display: block; width: 100%; height: 24px; margin: -9px 0 0; background: none; appearance: none; -webkit-appearance: none; cursor: pointer; }
    input[type="range"]::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: linear-gradient(to right, var(--edge) var(--at), var(--accent) var(--at)); }
    input[type="range"]::-moz-range-track { height: 4px; border-radius: 2px; background: linear-gradient(to right, var(--edge) var(--at), var(--accent) var(--at)); }
    input[type="range"]::-webkit-slider-thumb {
      width: 18px; height: 18px; margin-top: -7px; border: 2px solid var(--paper); border-radius: 50%; background: var(--accent);
      box-shadow: 0 0 0 1px var(--accent), 0 1px 3px rgb(0 0 0 / 0.3); appearance: none; -webkit-appearance: none;
    }
    input[type="range"]::-moz-range-thumb { width: 14px; height: 14px; border: 2px solid var(--paper); border-radius: 50%; background: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
    input[type="range"]:focus-visible { outline-offset: 0; border-radius: 6px; }
    .filter { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; }
    .filter:not(:has(.chip)) { display: none; }
    #classes { display: flex; flex-wrap: wrap; gap: 6px; max-width: 100%; max-height: 148px; margin: -3px; padding: 3px; overflow-y: auto; scrollbar-width: thin; }
    .chip {
      display: inline-flex; align-items: center; max-width: 100%; min-height: 30px; padding: 0 11px; border: 1px solid var(--edge);
      border-radius: 999px; background: var(--paper); font-size: 13px;
    }
    .chip b { margin-left: 8px; font-weight: 600; }
    .chip:hover { background: var(--raised); }
    .chip[aria-pressed="false"] { border-style: dashed; color: var(--soft); }
    .chip[aria-pressed="false"] bdi { text-decoration: line-through; }
    .chip[aria-pressed="false"] .dot { background: none; box-shadow: inset 0 0 0 1.5px var(--edge); }

    #list { min-height: 0; }
    table { width: 100%; border-collapse: collapse; font-size: 14px; }
    th, td { padding: 0 0 0 12px; border-bottom: 1px solid var(--line); text-align: right; font-weight: 400; white-space: nowrap; }
    thead th { padding-bottom: 6px; font-size: 12px; font-weight: 500; color: var(--soft); }
    th:first-child { padding-left: 0; text-align: left; max-width: 0; width: 99%; }
    tbody td { color: var(--soft); }
    tbody tr { cursor: pointer; }
    tbody tr.lit > * { background: var(--tint); }
    tbody button { display: flex; align-items: center; width: 100%; min-height: 36px; padding: 0 0 0 8px; border: 0; border-radius: 6px; background: none; text-align: left; }
    tbody button:focus-visible { outline-offset: -2px; }
    tbody td:last-child, thead th:last-child { padding-right: 8px; }
    thead th:first-child { padding-left: 8px; }
    td.points { color: var(--ink); font-weight: 500; }
    td.points i { display: inline-block; width: 44px; height: 5px; margin-right: 10px; vertical-align: 2px; background: linear-gradient(to right, var(--edge) var(--w), var(--line) var(--w)); border-radius: 3px; }
    #nothing { padding: 22px 8px; color: var(--soft); font-size: 14px; }
    .exports { display: flex; gap: 8px; }
    #keys { margin-top: -8px; font-size: 12px; line-height: 1.6; color: var(--soft); }
    kbd { padding: 1px 5px; border: 1px solid var(--line); border-radius: 4px; font: inherit; font-size: 11px; }
    .exports .button { flex: 1; padding: 0 6px; }

    """#
}
