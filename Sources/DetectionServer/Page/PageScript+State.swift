extension PageScript {
  /// What the other parts stand on: finding and making elements, numbers as text, the state of the page.
  static let state = #"""
    const one = (id) => document.getElementById(id);

    const make = (name, attributes = {}, ...children) => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.append(...children);
      return element;
    };

    // The name space of SVG is taken from the markup.
    const shape = (name, attributes = {}) => {
      const element = document.createElementNS(one("overlay").namespaceURI, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };

    const page = {
      model: null,
      // Asked of the server once a picture; what lies above it is filtered here.
      floor: 0.05,
      threshold: 0.5,
      hiddenClasses: new Set(),
      entries: [],
      selected: null,
      live: null,
      hover: null,
      pinned: null,
      hasLabels: true,
      view: { zoom: 1, x: 0, y: 0 },
      // Trouble that belongs to no picture.
      trouble: null,
    };

    const shown = () => page.live ?? page.selected;
    const result = () => shown()?.result ?? null;
    const isShown = (detection) =>
      detection.score >= page.threshold && !page.hiddenClasses.has(detection.category_id);
    const visible = () => (result()?.detections ?? []).filter(isShown);
    const lit = () => {
      const detection = result()?.detections[page.hover ?? page.pinned];
      return detection && isShown(detection) ? detection : null;
    };

    const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
    const score = (value) => value.toFixed(2);
    const pixels = (value) => String(Math.round(value));
    const bytes = (count) =>
      count < 1e6 ? `${Math.max(1, Math.round(count / 1e3))} kB` : `${(count / 1e6).toFixed(1)} MB`;
    const milliseconds = (value) =>
      value >= 1e4 ? `${(value / 1e3).toFixed(1)} s` : `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ms`;

    let sayTimer = 0;
    // A moment later, so that a slider in motion is not read out at every step.
    const say = (text, delay = 0) => {
      clearTimeout(sayTimer);
      sayTimer = setTimeout(() => { one("spoken").textContent = text; }, delay);
    };

    """#
}
