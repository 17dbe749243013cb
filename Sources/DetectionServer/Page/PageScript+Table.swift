extension PageScript {
  /// The table of detections, its keys, and how it goes together with the boxes.
  static let table = #"""
    const rows = [];

    const makeRow = (place) => {
      const button = make("button", { type: "button", tabindex: "-1" }, make("span", { class: "dot" }), make("bdi"));
      const row = make("tr", {}, make("th", { scope: "row" }, button), make("td", { class: "points" }, make("i"), make("span")), make("td"));
      row.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") hover(place, false); });
      row.addEventListener("pointerleave", () => { if (page.hover === place) hover(null, false); });
      row.addEventListener("click", () => button.focus());
      button.addEventListener("focus", () => {
        page.hover = null;
        pin(place);
      });
      button.addEventListener("keydown", (event) => {
        const open = rows.filter((known) => !known.row.hidden);
        const now = open.findIndex((known) => known.button === button);
        const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: open.length - 1 }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        open[Math.min(Math.max(next, 0), open.length - 1)]?.button.focus();
      });
      return { row, button };
    };

    // Rows are kept and filled anew, so that the focus stays where it is while a camera runs.
    const fillRows = () => {
      const detections = result()?.detections ?? [];
      while (rows.length < detections.length) {
        rows.push(makeRow(rows.length));
        one("rows").append(rows.at(-1).row);
      }
      rows.forEach(({ row, button }, place) => {
        const detection = detections[place];
        if (!detection) {
          row.hidden = true;
          return;
        }
        const [, , width, height] = detection.bbox;
        const mark = dot(detection.category_id);
        button.firstChild.replaceWith(mark);
        button.lastChild.textContent = detection.category;
        const bar = row.cells[1].firstChild;
        bar.style.setProperty("--w", `${detection.score * 100}%`);
        row.cells[1].lastChild.textContent = score(detection.score);
        row.cells[2].textContent = `${pixels(width)} × ${pixels(height)}`;
      });
      filterRows();
    };

    const filterRows = () => {
      const detections = result()?.detections ?? [];
      rows.forEach(({ row }, place) => {
        row.hidden = !(detections[place] && isShown(detections[place]));
      });
      const nothing = one("nothing");
      const all = detections.length;
      nothing.hidden = !result() || visible().length > 0;
      if (!nothing.hidden) {
        nothing.textContent = all
          ? `Nothing passes: ${all === 1 ? "one detection scores less or is" : `${all} detections score less or are`} of a hidden category.`
          : `Nothing in it scores ${score(page.floor)} or more.${page.selected?.isSample ? " The sample is drawn: a model of photographs may see nothing there." : ""}`;
      }
      one("list").querySelector("table").hidden = !visible().length;
      for (const id of ["copy-json", "save-png", "save-coco"]) one(id).disabled = !result();
      markRows(false);
    };

    // The row of the box that is meant, and one row that Tab comes to.
    const markRows = (scroll) => {
      const detection = lit();
      const open = rows.filter((known) => !known.row.hidden);
      const entry = rows[page.pinned]?.row.hidden === false ? rows[page.pinned] : open[0];
      for (const known of rows) {
        const isLit = detection && rows[detection.place] === known;
        known.row.classList.toggle("lit", Boolean(isLit));
        known.button.tabIndex = known === entry ? 0 : -1;
        if (isLit && page.pinned === detection.place) known.button.setAttribute("aria-current", "true");
        else known.button.removeAttribute("aria-current");
      }
      const list = one("list");
      // The list alone is moved, never the page.
      if (!scroll || !detection || list.scrollHeight <= list.clientHeight) return;
      const { row } = rows[detection.place];
      const head = list.querySelector("thead").offsetHeight;
      const [top, bottom] = [row.offsetTop - head, row.offsetTop + row.offsetHeight];
      if (top < list.scrollTop) list.scrollTop = top;
      else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
    };

    """#
}
