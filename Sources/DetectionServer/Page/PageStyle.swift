/// What the page looks like: the colours and measures of the project's reports.
enum PageStyle {
  /// All of the page's CSS.
  static let css = #"""
    :root {
      color-scheme: light dark;
      --paper: light-dark(#ffffff, #111317); --raised: light-dark(#f6f7f9, #1a1d23);
      --ink: light-dark(#14171c, #e9ebef); --soft: light-dark(#59616e, #9ba3af);
      --line: light-dark(#e2e5ea, #2b3038); --edge: light-dark(#848c98, #69717d);
      --accent: light-dark(#1f56c3, #8ab4ff); --on-accent: light-dark(#ffffff, #0c1424);
      --tint: light-dark(#e8effc, #1b2a47); --warn: light-dark(#b3261e, #ff8a80);
      --warned: light-dark(#fdf0ef, #2c1a1b);
      --queue: light-dark(#8e3fb5, #cf9bf2); --decode: light-dark(#9a7200, #dfba4a);
      --inference: light-dark(#1f5fd0, #78a6ff); --network: light-dark(#0a8566, #45caa3); --other: light-dark(#69707c, #a7aeb9);
      --panel: 372px; --gap: 20px;
    }
    :root[data-theme="light"] { color-scheme: light; }
    :root[data-theme="dark"] { color-scheme: dark; }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word; font-variant-numeric: tabular-nums;
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
    }
    h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
    ul { list-style: none; }
    a { color: var(--accent); }
    .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .fine { font-size: 13px; color: var(--soft); }
    .skip { position: absolute; z-index: 9; top: 8px; left: 8px; padding: 8px 14px; background: var(--paper); border-radius: 8px; transform: translateY(-200%); }
    .skip:focus { transform: none; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    #results:focus { outline: none; }

    button { font: inherit; color: inherit; cursor: pointer; }
    .button {
      display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 36px; padding: 0 14px;
      border: 1px solid var(--line); border-radius: 8px; background: var(--paper); font-size: 14px; font-weight: 500; white-space: nowrap;
      transition: background-color 0.12s, border-color 0.12s;
    }
    .button:hover { background: var(--raised); border-color: var(--edge); }
    .button:active { background: var(--line); }
    .button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
    .button.primary:hover { background: color-mix(in srgb, var(--accent) 88%, var(--ink)); }
    .button.bare { width: 36px; padding: 0; border-color: transparent; background: none; color: var(--soft); }
    .button.bare:hover { background: var(--raised); color: var(--ink); }
    .button:disabled { opacity: 0.45; cursor: default; }
    .button[aria-pressed="true"] { background: var(--tint); border-color: var(--accent); color: var(--accent); }
    .link { padding: 0; border: 0; background: none; color: var(--accent); font-size: 14px; }
    .link:hover { text-decoration: underline; }
    .icon { flex: none; width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; }
    .icon .full { fill: currentColor; stroke: none; }
    #theme g { display: none; }
    #theme[data-theme="auto"] .auto, #theme[data-theme="light"] .light, #theme[data-theme="dark"] .dark { display: inline; }

    header { display: flex; align-items: center; gap: 0 18px; padding: 0 var(--gap); min-height: 60px; }
    h1 { display: flex; align-items: center; gap: 10px; font-size: 18px; line-height: 1; font-weight: 650; letter-spacing: -0.015em; }
    .mark { width: 22px; height: 22px; }
    .mark path { fill: none; stroke: var(--accent); stroke-width: 2.4; }
    .mark circle { fill: var(--accent); }
    #model { flex: 1; min-width: 0; overflow: hidden; font-size: 14px; color: var(--soft); text-overflow: ellipsis; white-space: nowrap; }
    #model b { margin-right: 10px; font-weight: 500; color: var(--ink); }
    .actions { display: flex; gap: 8px; margin-left: auto; }
    [data-state="empty"] #add, [data-state="empty"] #camera { display: none; }

    main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 24px; padding: 0 var(--gap) var(--gap); }
    [data-state="empty"] #results, [data-state="empty"] #facts, [data-state="empty"] .skip { display: none; }
    #viewer { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
    #stage { position: relative; flex: 1; min-height: 0; overflow: hidden; background: var(--raised); border-radius: 12px; }
    #picture, #video { position: absolute; top: 0; left: 0; transform-origin: 0 0; max-width: none; }
    #picture.grainy { image-rendering: pixelated; }
    #overlay { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: pan-y; cursor: default; user-select: none; -webkit-user-select: none; }
    #overlay:focus-visible { outline-offset: -3px; border-radius: 12px; }
    #overlay.zoomed { touch-action: none; cursor: grab; }
    #overlay.over { cursor: pointer; }
    #overlay.dragged { cursor: grabbing; }
    #overlay rect { fill: none; }
    #overlay .rim { stroke: rgb(0 0 0 / 0.4); stroke-width: 3.5; }
    #overlay .rim.pale { stroke: rgb(255 255 255 / 0.45); }
    #overlay .edge { stroke: var(--c); stroke-width: 2; }
    #overlay .tag { fill: var(--c); }
    #overlay text { font: 600 1em/1 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
    #boxes, #labels { transition: opacity 0.12s; }
    #overlay.chosen #boxes { opacity: 0.3; }
    #overlay.chosen #labels { opacity: 0; }
    #lit .rim { stroke-width: 6; }
    #lit .edge { stroke-width: 3; }
    #lit .wash { fill: var(--c); fill-opacity: 0.16; }
    #unseen { position: absolute; inset: 0; display: grid; place-items: center; padding: 24px; color: var(--soft); text-align: center; }

    #welcome { display: grid; align-content: safe center; justify-items: center; gap: 6px; min-height: 100%; padding: 40px 24px; text-align: center; }
    #welcome::before { content: ""; position: absolute; inset: 0; border: 1.5px dashed var(--edge); border-radius: 12px; opacity: 0.6; pointer-events: none; }
    #welcome h2 { font-size: clamp(22px, 3.4vw, 28px); line-height: 1.25; letter-spacing: -0.015em; }
    #welcome > p { color: var(--soft); }
    #welcome .frame { width: 112px; height: 84px; margin-bottom: 18px; overflow: visible; fill: none; stroke-width: 2; }
    #welcome .ghost { stroke: var(--accent); stroke-width: 2.5; }
    #welcome .first { stroke: #e69f00; }
    #welcome .second { stroke: #56b4e9; }
    #welcome .third { stroke: #009e73; }
    .choices { display: flex; flex-wrap: wrap; justify-content: center; gap: 10px; margin: 18px 0 10px; }
    .choices .button { min-height: 40px; padding: 0 18px; font-size: 15px; }
    #known { max-width: 640px; margin: 34px 0 10px; }
    #known h3 { font-size: 13px; font-weight: 400; color: var(--soft); }
    #known ul { display: flex; flex-wrap: wrap; justify-content: center; gap: 6px; margin-top: 8px; }
    #known li { display: flex; align-items: center; max-width: 240px; padding: 2px 11px; background: var(--paper); border-radius: 999px; font-size: 13px; }
    #known li.more { background: none; color: var(--soft); }
    .dot { flex: none; width: 10px; height: 10px; margin-right: 8px; background: var(--c); border-radius: 50%; box-shadow: inset 0 0 0 1px rgb(0 0 0 / 0.35); }
    .dot.dashed { border-radius: 2px; }
    .dot.dotted { border-radius: 0 5px 5px; }
    bdi { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

    #drop { position: fixed; inset: 0; z-index: 5; display: none; place-items: center; background: color-mix(in srgb, var(--paper) 78%, transparent); }
    #drop::before { content: ""; position: absolute; inset: 12px; border: 2.5px dashed var(--accent); border-radius: 14px; }
    #drop span { padding: 12px 22px; background: var(--accent); color: var(--on-accent); border-radius: 999px; font-size: 17px; font-weight: 600; }
    .dragging #drop { display: grid; }
    #progress { position: absolute; top: 0; left: 0; right: 0; height: 3px; overflow: hidden; background: var(--tint); }
    #progress::before { content: ""; position: absolute; inset: 0; width: 34%; background: var(--accent); animation: pass 1.1s ease-in-out infinite alternate; }
    @keyframes pass { from { transform: translateX(0); } to { transform: translateX(194%); } }
    #notice {
      position: absolute; left: 50%; bottom: 16px; max-width: calc(100% - 32px); padding: 8px 16px; transform: translateX(-50%);
      background: var(--ink); color: var(--paper); border-radius: 999px; font-size: 14px; text-align: center;
    }
    #notice .link { margin-left: 10px; color: inherit; text-decoration: underline; }
    .alarm {
      position: absolute; left: 16px; right: 16px; bottom: 16px; max-width: 620px; margin: 0 auto; padding: 14px 18px;
      background: var(--warned); border: 1px solid color-mix(in srgb, var(--warn) 40%, transparent); border-left: 4px solid var(--warn); border-radius: 8px;
    }
    [data-state="failed"] .alarm { top: 50%; bottom: auto; transform: translateY(-50%); }
    [data-state="failed"] .score, [data-state="failed"] .exports, [data-state="failed"] #keys { visibility: hidden; }
    .alarm b { display: block; font-weight: 600; }
    .alarm p { margin-top: 2px; font-size: 14px; overflow-wrap: anywhere; }
    .alarm code { font: 12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; color: var(--soft); }
    .alarm div { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 10px; }
    .alarm code { margin-left: auto; }
    #zoom { position: absolute; right: 12px; bottom: 12px; display: flex; background: var(--paper); border-radius: 8px; box-shadow: 0 1px 4px rgb(0 0 0 / 0.22); opacity: 0; transition: opacity 0.15s; }
    #zoom:focus-within, #zoom.used { opacity: 1; }
    #stage:hover #zoom { opacity: 1; }
    @media (pointer: coarse) { #zoom:not(.used, :focus-within) { visibility: hidden; } }
    .with-finger { display: none; }
    @media (pointer: coarse) { .with-mouse { display: none; } .with-finger { display: inline; } }
    #zoom button { display: grid; place-items: center; min-width: 32px; height: 32px; padding: 0 8px; border: 0; border-radius: 8px; background: none; font-size: 13px; }
    #zoom button:hover { background: var(--raised); }
    #live { position: absolute; left: 0; right: 0; bottom: 14px; display: flex; flex-wrap: wrap; align-items: center; justify-content: center; gap: 8px; padding: 0 12px; }
    #rate { padding: 6px 12px; background: rgb(10 12 16 / 0.78); color: #ffffff; border-radius: 8px; font-size: 13px; }
    #rate::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 8px; background: #ff5a4f; border-radius: 50%; }

    #facts { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 14px; padding-top: 10px; min-height: 34px; font-size: 13px; color: var(--soft); }
    #clear { min-height: 24px; font-size: 13px; }
    #file { display: flex; flex: 0 1 auto; gap: 10px; min-width: 0; }
    #file b { min-width: 0; overflow: hidden; font-weight: 500; color: var(--ink); text-overflow: ellipsis; white-space: nowrap; }
    #file span { white-space: nowrap; }
    #timing { display: flex; flex: 1 1 420px; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 2px 14px; }
    #timing-bar { display: flex; gap: 1px; width: 110px; height: 6px; overflow: hidden; border-radius: 3px; }
    #timing-bar i { flex: 0 0 auto; min-width: 1px; background: var(--c); }
    #timing-parts { display: flex; flex-wrap: wrap; gap: 0 14px; }
    #timing-parts div { display: flex; gap: 5px; align-items: baseline; }
    #timing-parts dt::before { content: ""; display: inline-block; width: 7px; height: 7px; margin-right: 6px; background: var(--c); border-radius: 50%; }
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
    .filter { display: flex; flex-direction: column; align-items: flex-start; gap: 8px; }
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

    dialog { width: min(420px, calc(100vw - 32px)); padding: 26px; border: 1px solid var(--line); border-radius: 14px; background: var(--paper); color: var(--ink); }
    dialog::backdrop { background: rgb(8 10 14 / 0.5); }
    dialog h2 { font-size: 19px; letter-spacing: -0.01em; }
    dialog p { margin: 4px 0 14px; color: var(--soft); font-size: 14px; }
    dialog label { font-size: 13px; color: var(--soft); }
    dialog input { width: 100%; height: 42px; margin: 4px 0 0; padding: 0 12px; border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); color: var(--ink); font: inherit; }
    dialog .fine { margin: 6px 0 0; }
    dialog .choices { justify-content: flex-start; margin: 20px 0 0; }
    .noscript { padding: 20px; text-align: center; }

    @media (min-width: 900px) {
      body { display: grid; grid-template-rows: auto minmax(0, 1fr); height: 100vh; height: 100dvh; min-height: 480px; overflow: hidden auto; }
      main { min-height: 0; }
      body:not([data-state="empty"]) main { grid-template-columns: minmax(0, 1fr) var(--panel); }
      #list { flex: 1; overflow-y: auto; scrollbar-width: thin; }
      thead th { position: sticky; top: 0; z-index: 1; border: 0; background: var(--paper); box-shadow: inset 0 -1px var(--line); }
    }
    @media (min-width: 1200px) {
      #timing { flex: 0 0 auto; margin-left: auto; }
      #timing, #timing-parts { flex-wrap: nowrap; white-space: nowrap; }
    }
    @media (min-width: 1600px) { :root { --panel: 440px; --gap: 28px; } }
    @media (max-width: 899px) {
      :root { --gap: 16px; }
      header { flex-wrap: wrap; min-height: 56px; padding-top: 8px; padding-bottom: 8px; }
      #model { order: 3; flex: 1 0 100%; }
      #viewer { display: contents; }
      main { display: flex; flex-direction: column; gap: 0; }
      #results { margin-top: 26px; }
      body:not([data-state="empty"]) #stage { flex: none; width: calc(100% + 2 * var(--gap)); height: min(calc((100vw) / var(--ratio, 1.4)), 60vh); min-height: 220px; margin: 0 calc(-1 * var(--gap)); border-radius: 0; }
      [data-state="empty"] #stage { min-height: calc(100vh - 120px); min-height: calc(100dvh - 120px); }
      #stage { z-index: 3; }
      .broad:not([data-state="empty"]) #stage { position: sticky; top: 0; }
      #facts { padding-top: 8px; }
      #timing { flex: 1 1 100%; justify-content: flex-start; }
      #timing-bar { width: 100%; }
      tbody button { min-height: 44px; }
      .exports { position: sticky; bottom: 0; z-index: 2; margin: 0 calc(-1 * var(--gap)); padding: 10px var(--gap) calc(10px + env(safe-area-inset-bottom)); background: var(--paper); border-top: 1px solid var(--line); }
      .button { min-height: 42px; }
      .button.bare { width: 42px; }
      .chip { min-height: 38px; }
      #keys { display: none; }
      input[type="range"] { height: 34px; margin-top: -15px; }
    }
    @media (max-width: 480px) {
      #add span, #camera span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      #add, #camera { width: 42px; padding: 0; }
      .choices .button { flex: 1 1 auto; min-height: 46px; }
    }
    @media (prefers-reduced-motion: reduce) {
      *, *::before, *::after { transition: none !important; animation-duration: 0.01ms !important; animation-iteration-count: 1 !important; }
      #progress::before { width: 100%; opacity: 0.6; }
    }
    @media (forced-colors: active) {
      #overlay, .dot, #timing-bar i { forced-color-adjust: none; }
    }
    @media print {
      .actions, .exports, .score, .filter, #film, #zoom { display: none; }
      body { height: auto; }
      #stage { height: 420px; }
    }

    """#
}
