/// What the page of a training looks like beyond ``ReportStyle`` and ``EvaluationStyle``.
enum TrainingStyle {
  /// CSS without `<` and `&`.
  static let css = """
    h1 .status { vertical-align: middle; }
    .status {
      display: inline-block; margin-left: 8px; padding: 3px 12px; font-size: 13px; line-height: 1.5; font-weight: 600;
      letter-spacing: 0; border-radius: 999px; background: var(--raised); color: var(--soft);
    }
    .status.running { background: var(--tint); color: var(--accent); }
    .status.running::before {
      content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 7px; background: currentColor;
      border-radius: 50%; animation: pulse 2s ease-in-out infinite;
    }
    .status.complete { background: color-mix(in srgb, var(--s2) 16%, transparent); color: var(--s2); }
    .status.failed, .status.interrupted, .status.silent {
      background: color-mix(in srgb, var(--warn) 14%, transparent); color: var(--warn);
    }
    @keyframes pulse { 50% { opacity: 0.25; } }
    @media (prefers-reduced-motion: reduce) { .status.running::before { animation: none; } }
    .progress { margin-top: 24px; height: 10px; overflow: hidden; background: var(--raised); border-radius: 5px; }
    .progress i { display: block; height: 100%; background: var(--accent); border-radius: 5px; }
    .progress-text { margin-top: 8px; font-variant-numeric: tabular-nums; }
    .progress-text b { margin-right: 8px; }
    .moment { margin-top: 2px; font-size: 13px; color: var(--soft); }
    .moment .silent { color: var(--warn); }
    .advice {
      margin-top: 12px; padding: 10px 16px; max-width: 80ch; background: var(--raised);
      border-left: 3px solid var(--accent); border-radius: 0 8px 8px 0;
    }
    .advice.failed { border-left-color: var(--warn); }
    .advice b { margin-right: 4px; }
    .advice code { overflow-wrap: anywhere; }
    .advice p + p { margin-top: 8px; }
    .findings { max-width: 88ch; font-size: 14px; }
    .findings li { padding: 8px 0 8px 14px; border-left: 3px solid var(--line); }
    .findings li + li { margin-top: 6px; }
    .findings .error { border-left-color: var(--warn); }
    .findings .warning { border-left-color: var(--s4); }
    .findings b { font-weight: 600; }
    .findings i { font-style: normal; color: var(--soft); }
    .findings .places { font-size: 13px; color: var(--soft); }
    #doctor details { margin-top: 12px; }
    #doctor summary { font-size: 14px; }
    #lens .charts { margin-top: 28px; }
    #details h3 + pre { white-space: pre-wrap; overflow-wrap: anywhere; }

    """
}
