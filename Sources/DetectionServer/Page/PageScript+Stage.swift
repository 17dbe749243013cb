extension PageScript {
  /// The picture in its place: fitted, zoomed, moved.
  static let stage = #"""
    const stage = one("stage");
    const overlay = one("overlay");
    const picture = one("picture");
    const video = one("video");

    // Sides in the picture's own pixels, as the browser shows it, after EXIF's orientation.
    const naturalSize = () => {
      if (page.live) return { width: video.videoWidth, height: video.videoHeight };
      const known = result();
      if (page.selected?.isUnseen && known) return { width: known.width, height: known.height };
      return { width: picture.naturalWidth, height: picture.naturalHeight };
    };

    // Where the picture lies on the stage, in CSS pixels.
    const fitted = () => {
      const { width, height } = naturalSize();
      const room = { width: stage.clientWidth, height: stage.clientHeight };
      if (!(width > 0 && height > 0 && room.width > 0 && room.height > 0)) return null;
      // Small pictures grow, but not into mosaics.
      const base = Math.min(room.width / width, room.height / height, Math.max(4, 240 / Math.max(width, height)));
      const scale = base * page.view.zoom;
      const place = (length, space, shift) => {
        const free = space - length * scale;
        // What overflows may be moved until its rim meets the stage's; what fits stays in the middle.
        return free >= 0 ? free / 2 : Math.min(0, Math.max(free, free / 2 + shift));
      };
      const x = place(width, room.width, page.view.x);
      const y = place(height, room.height, page.view.y);
      return { x, y, scale, base, width: width * scale, height: height * scale, room };
    };

    // A box of the answer on the stage. The answer's sides are the picture's; where they are not, the
    // share of each side counts.
    const frameOf = (detection, at) => {
      const { width, height } = result();
      const [left, top, across, down] = detection.bbox;
      const [scaleX, scaleY] = [at.width / width, at.height / height];
      const x = Math.max(left, 0) * scaleX;
      const y = Math.max(top, 0) * scaleY;
      return {
        detection,
        x: at.x + x,
        y: at.y + y,
        width: Math.max(Math.min((left + across) * scaleX, at.width) - x, 1),
        height: Math.max(Math.min((top + down) * scaleY, at.height) - y, 1),
      };
    };

    let at = null;
    const layOut = () => {
      const natural = naturalSize();
      if (natural.width > 0) {
        const ratio = natural.width / natural.height;
            document.body.style.setProperty("--ratio", String(Math.max(ratio, 0.5)));
            document.body.classList.toggle("broad", ratio > 1.1);
      }
      at = fitted();
      const element = page.live ? video : picture;
      if (at) {
        element.style.width = `${naturalSize().width}px`;
        element.style.height = `${naturalSize().height}px`;
        element.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.scale})`;
        picture.classList.toggle("grainy", at.scale * devicePixelRatio > 6);
        overlay.classList.toggle("zoomed", page.view.zoom > 1);
        one("zoom-fit").textContent = `${Math.round(page.view.zoom * 100)}%`;
        one("zoom").classList.toggle("used", page.view.zoom > 1);
        one("zoom-out").disabled = page.view.zoom <= 1;
      }
      drawBoxes();
    };

    // Zooms so that what lies at a point of the stage stays there.
    const zoomTo = (zoom, x = stage.clientWidth / 2, y = stage.clientHeight / 2) => {
      const before = fitted();
      if (!before) return;
      const next = Math.min(Math.max(zoom, 1), Math.max(16 / before.base, 8));
      const scale = before.base * next;
      const natural = naturalSize();
      const moved = (point, start, length, space) =>
        point - ((point - start) / before.scale) * scale - (space - length * scale) / 2;
      page.view = {
        zoom: next,
        x: moved(x, before.x, natural.width, before.room.width),
        y: moved(y, before.y, natural.height, before.room.height),
      };
      settleView();
    };

    // What the rims cut off is not kept as a movement to undo.
    const settleView = () => {
      const now = fitted();
      if (now) {
        page.view.x = now.x - (now.room.width - now.width) / 2;
        page.view.y = now.y - (now.room.height - now.height) / 2;
      }
      layOut();
    };

    const showWhole = () => {
      page.view = { zoom: 1, x: 0, y: 0 };
      layOut();
    };

    const local = (event) => {
      const bounds = overlay.getBoundingClientRect();
      return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
    };

    const pointers = new Map();
    let gesture = null;

    overlay.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { x, y } = local(event);
      const step = event.deltaY * (event.deltaMode === 1 ? 16 : 1) * (event.ctrlKey ? 4 : 1);
      zoomTo(page.view.zoom * Math.exp(-Math.min(Math.max(step, -240), 240) / 480), x, y);
    }, { passive: false });

    overlay.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, local(event));
      overlay.setPointerCapture(event.pointerId);
      const points = [...pointers.values()];
      gesture = { points, view: { ...page.view }, isMoved: points.length > 1 };
    });

    overlay.addEventListener("pointermove", (event) => {
      const point = local(event);
      if (!pointers.has(event.pointerId)) {
        if (event.pointerType !== "touch") hoverAt(point);
        return;
      }
      pointers.set(event.pointerId, point);
      const points = [...pointers.values()];
      if (points.length === 2 && gesture.points.length === 2) {
        const spread = ([a, b]) => Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1);
        zoomTo(
          gesture.view.zoom * (spread(points) / spread(gesture.points)),
          (points[0].x + points[1].x) / 2, (points[0].y + points[1].y) / 2,
        );
      } else if (points.length === 1) {
        const [first] = gesture.points;
        const [x, y] = [point.x - first.x, point.y - first.y];
        if (Math.hypot(x, y) > 4) gesture.isMoved = true;
        if (gesture.isMoved && page.view.zoom > 1) {
          overlay.classList.add("dragged");
          page.view = { ...page.view, x: gesture.view.x + x, y: gesture.view.y + y };
          settleView();
        }
      }
    });

    const release = (event) => {
      if (!pointers.delete(event.pointerId)) return;
      overlay.classList.remove("dragged");
      const wasMoved = gesture?.isMoved;
      const rest = [...pointers.values()];
      gesture = rest.length ? { points: rest, view: { ...page.view }, isMoved: true } : null;
      if (!wasMoved && event.type === "pointerup") pin(boxAt(local(event)));
    };
    overlay.addEventListener("pointerup", release);
    overlay.addEventListener("pointercancel", release);
    overlay.addEventListener("pointerleave", () => { if (!pointers.size) hoverAt(null); });

    one("zoom-in").addEventListener("click", () => zoomTo(page.view.zoom * 1.5));
    one("zoom-out").addEventListener("click", () => zoomTo(page.view.zoom / 1.5));
    one("zoom-fit").addEventListener("click", showWhole);
    new ResizeObserver(() => layOut()).observe(stage);

    """#
}
