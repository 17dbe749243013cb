extension PageStyle {
  /// Colours, type, buttons, the head of the page, the question for a token.
  static let frame = #"""
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

    dialog { width: min(420px, calc(100vw - 32px)); padding: 26px; border: 1px solid var(--line); border-radius: 14px; background: var(--paper); color: var(--ink); }
    dialog::backdrop { background: rgb(8 10 14 / 0.5); }
    dialog h2 { font-size: 19px; letter-spacing: -0.01em; }
    dialog p { margin: 4px 0 14px; color: var(--soft); font-size: 14px; }
    dialog label { font-size: 13px; color: var(--soft); }
    dialog input { width: 100%; height: 42px; margin: 4px 0 0; padding: 0 12px; border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); color: var(--ink); font: inherit; }
    dialog .fine { margin: 6px 0 0; }
    dialog .choices { justify-content: flex-start; margin: 20px 0 0; }
    .noscript { padding: 20px; text-align: center; }

    """#
}
