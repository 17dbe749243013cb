extension PageStyle {
  /// The picture with its boxes, the welcome in its place, and what lies over it.
  static let stage = #"""
    main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 24px; padding: 0 var(--gap) var(--gap); }
    [data-state="empty"] #results, [data-state="empty"] #facts, [data-state="empty"] .skip { display: none; }
    #viewer { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
    #stage { position: relative; flex: 1; min-height: 0; overflow: hidden; background: var(--raised); border-radius: 12px; }
    #picture, #video { position: absolute; top: 0; left: 0; transform-origin: 0 0; max-width: none; }
    #picture.grainy { image-rendering: pixelated; }
    #overlay { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: pan-y; cursor: default; user-select: none; -webkit-user-select: none; }
    #overlay:focus { outline: none; }
    #overlay:focus-visible { outline: 2px solid var(--accent); outline-offset: -3px; border-radius: 12px; }
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

    """#
}
