extension PageScript {
  /// Where labels go, on the page and in saved pictures.
  static let labels = #"""
    const family = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
    const ruler = document.createElement("canvas").getContext("2d");
    const widths = new Map();

    // In units of the font's size, so that one measure does for every size.
    const textWidth = (text) => {
      if (!widths.has(text)) {
        if (widths.size > 4000) widths.clear();
        ruler.font = `600 100px ${family}`;
        widths.set(text, ruler.measureText(text).width / 100);
      }
      return widths.get(text);
    };

    const overlap = (a, b) =>
      Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x))
      * Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

    const shortened = (text, limit, size) => {
      if (textWidth(text) * size <= limit) return text;
      let low = 0;
      let high = text.length;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (textWidth(`${text.slice(0, middle)}…`) * size <= limit) low = middle;
        else high = middle - 1;
      }
      return low > 0 ? `${text.slice(0, low)}…` : "";
    };

    // The best place of a text at a box that lies on no other label: where it hides least of what is in
    // boxes, then the first in order. None where each would lie on one.
    const bestPlace = (text, frame, bounds, size, placed, frames) => {
      const width = textWidth(text) * size.font + 2 * size.pad;
      const height = Math.round(size.font * 1.25) + size.pad;
      const right = frame.x + frame.width;
      const bottom = frame.y + frame.height;
      const half = size.line / 2;
      const places = [
        [frame.x - half, frame.y - height], [right - width + half, frame.y - height],
        [frame.x - half, bottom], [right - width + half, bottom],
        [right, frame.y - half], [frame.x - width, frame.y - half],
        [frame.x, frame.y], [frame.x, bottom - height],
      ];
      let best = null;
      for (const [rank, [left, top]] of places.entries()) {
        const at = {
          x: Math.min(Math.max(left, bounds.x), bounds.x + bounds.width - width),
          y: Math.min(Math.max(top, bounds.y), bounds.y + bounds.height - height),
          width, height,
        };
        if (placed.some((other) => overlap(at, other) > 0)) continue;
        const limit = best?.cost ?? Infinity;
        let cost = rank * 0.02 * width * height;
        for (let place = 0; place < frames.length && cost < limit; place += 1) cost += overlap(at, frames[place]);
        if (cost < limit) best = { ...at, cost };
      }
      return best;
    };

    // Labels of frames, best score first. One that would lie on another says less, then gives way: the
    // box says it when it is pointed at or reached by key, as the table does always.
    const placeLabels = (frames, bounds, size) => {
      const placed = [];
      for (const frame of frames) {
        const limit = Math.max(bounds.width - 2 * size.pad, 0);
        const full = shortened(`${frame.detection.category} ${score(frame.detection.score)}`, limit, size.font);
        for (const text of [full, shortened(frame.detection.category, limit, size.font)]) {
          if (!text) continue;
          const place = bestPlace(text, frame, bounds, size, placed, frames);
          if (!place) continue;
          placed.push({ ...place, text, frame });
          break;
        }
      }
      return placed;
    };

    """#
}
