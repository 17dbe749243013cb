extension PageStyle {
  /// What differs by the window's width, by taste and on paper.
  static let widths = #"""
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
      [data-state="empty"] #model { order: 3; flex: 1 0 100%; }
      body:not([data-state="empty"]) #model span { display: none; }
      #viewer { display: contents; }
      main { display: flex; flex-direction: column; gap: 0; }
      #results { margin-top: 26px; }
      body:not([data-state="empty"]) #stage { flex: none; width: calc(100% + 2 * var(--gap)); height: min(calc((100vw) / var(--ratio, 1.4)), 60vh); min-height: 220px; margin: 0 calc(-1 * var(--gap)); border-radius: 0; }
      [data-state="empty"] #stage { display: grid; min-height: calc(100vh - 120px); min-height: calc(100dvh - 120px); }
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
