extension PageScript {
  /// Boxes and labels over the picture, and which of them is meant.
  static let boxes = #"""
    const dashes = { solid: "none", dashed: "8 5", dotted: "2 4" };

    const boxShapes = (frame) => {
      const { color, isLight, kind } = paint(frame.detection.category_id);
      const sides = { x: frame.x, y: frame.y, width: frame.width, height: frame.height };
      const rim = shape("rect", { class: isLight ? "rim" : "rim pale", ...sides });
      const edge = shape("rect", { class: "edge", ...sides, "stroke-dasharray": dashes[kind] });
      edge.style.setProperty("--c", color);
      return [rim, edge];
    };

    const labelShapes = (label, size) => {
      const { color, ink } = paint(label.frame.detection.category_id);
      const back = shape("rect", {
        class: "tag", x: label.x, y: label.y, width: label.width, height: label.height, rx: 2,
      });
      back.style.setProperty("--c", color);
      const text = shape("text", {
        x: label.x + size.pad, y: label.y + label.height / 2 + size.font * 0.36, fill: ink,
      });
      text.textContent = label.text;
      return [back, text];
    };

    // A small stage has smaller letters.
    let screenSize = { font: 12, pad: 4, line: 2 };
    let frames = [];

    // The part of the stage that the picture covers.
    const coveredPart = () => {
      const x = Math.max(at.x, 0);
      const y = Math.max(at.y, 0);
      return {
        x, y,
        width: Math.min(at.x + at.width, at.room.width) - x,
        height: Math.min(at.y + at.height, at.room.height) - y,
      };
    };

    const drawBoxes = () => {
      screenSize = stage.clientWidth < 560 ? { font: 11, pad: 3, line: 2 } : { font: 12, pad: 4, line: 2 };
      overlay.style.fontSize = `${screenSize.font}px`;
      frames = at && result() ? visible().map((detection) => frameOf(detection, at)) : [];
      // The best are drawn last, over the others.
      one("boxes").replaceChildren(...frames.toReversed().flatMap(boxShapes));
      let placed = [];
      if (page.hasLabels && frames.length) {
        const part = coveredPart();
        const inside = frames.filter((frame) => overlap(frame, part) > 0);
        placed = placeLabels(inside, part, screenSize);
      }
      one("labels").replaceChildren(...placed.flatMap((label) => labelShapes(label, screenSize)));
      drawLit();
    };

    const drawLit = () => {
      const detection = lit();
      const frame = detection && frames.find((known) => known.detection === detection);
      overlay.classList.toggle("chosen", Boolean(frame));
      if (!frame) {
        one("lit").replaceChildren();
        return;
      }
      const wash = shape("rect", {
        class: "wash", x: frame.x, y: frame.y, width: frame.width, height: frame.height,
      });
      wash.style.setProperty("--c", paint(detection.category_id).color);
      const part = coveredPart();
      const text = shortened(`${detection.category} ${score(detection.score)}`, part.width - 8, screenSize.font);
      const label = text ? { ...bestPlace(text, frame, part, screenSize, [], [frame]), text, frame } : null;
      one("lit").replaceChildren(wash, ...boxShapes(frame), ...(label ? labelShapes(label, screenSize) : []));
    };

    // Of the boxes at a point the smallest: else what lies in another could not be reached.
    const boxAt = (point) => {
      if (!point) return null;
      let best = null;
      for (const frame of frames) {
        const isInside = point.x >= frame.x - 4 && point.x <= frame.x + frame.width + 4
          && point.y >= frame.y - 4 && point.y <= frame.y + frame.height + 4;
        const area = frame.width * frame.height;
        if (isInside && (!best || area < best.area)) best = { area, place: frame.detection.place };
      }
      return best?.place ?? null;
    };

    const hoverAt = (point) => {
      const place = boxAt(point);
      overlay.classList.toggle("over", place !== null);
      hover(place, true);
    };

    const hover = (place, isFromPicture) => {
      if (page.hover === place) return;
      page.hover = place;
      drawLit();
      markRows(isFromPicture);
    };

    const pin = (place, { speak = false, scroll = true } = {}) => {
      page.pinned = place;
      drawLit();
      markRows(scroll);
      const detection = lit();
      if (speak && detection) {
        const order = visible().indexOf(detection) + 1;
        say(`${described(detection)}, ${order} of ${visible().length}`);
      }
    };

    const described = ({ category, score: value, bbox: [x, y, width, height] }) =>
      `${category}, score ${score(value)}, ${pixels(width)} by ${pixels(height)} pixels`
      + ` at ${pixels(x)}, ${pixels(y)}`;

    // The nearest box that way: what lies off to the side counts twice.
    const neighbour = (from, [dx, dy]) => {
      const middle = (frame) => [frame.x + frame.width / 2, frame.y + frame.height / 2];
      const [x, y] = middle(from);
      let best = null;
      for (const frame of frames) {
        if (frame === from) continue;
        const [toX, toY] = middle(frame);
        const along = (toX - x) * dx + (toY - y) * dy;
        const aside = Math.abs((toX - x) * dy) + Math.abs((toY - y) * dx);
        if (along <= 0) continue;
        const cost = along + 2 * aside;
        if (!best || cost < best.cost) best = { frame, cost };
      }
      return best?.frame ?? null;
    };

    const bringIntoView = (frame) => {
      if (page.view.zoom <= 1) return;
      const shift = (start, length, space) =>
        start < 0 || start + length > space ? space / 2 - (start + length / 2) : 0;
      page.view.x += shift(frame.x, frame.width, at.room.width);
      page.view.y += shift(frame.y, frame.height, at.room.height);
      settleView();
    };

    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

    overlay.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Home" || event.key === "End") {
        const next = event.key === "Home" ? frames[0] : frames.at(-1);
        if (!next) return;
        event.preventDefault();
        pin(next.detection.place, { speak: true });
        return;
      }
      const way = ways[event.key];
      if (!way || !frames.length) return;
      event.preventDefault();
      page.hover = null;
      const from = frames.find((frame) => frame.detection.place === page.pinned);
      const next = from ? neighbour(from, way) : frames[0];
      if (!next) return;
      bringIntoView(next);
      pin(next.detection.place, { speak: true });
    });

    """#
}
