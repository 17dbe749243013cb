extension PageScript {
  /// The panel: slider, categories, table; and the line of facts under the picture.
  static let panel = #"""
    const threshold = one("threshold");
    const rows = [];
    const bins = 48;

    const showThreshold = () => {
      const low = Number(threshold.min);
      one("threshold-value").textContent = score(page.threshold);
      threshold.style.setProperty("--at", `${((page.threshold - low) / (1 - low)) * 100}%`);
      threshold.setAttribute("aria-valuetext", score(page.threshold));
    };

    // How many detections score what; over the slider, so that one sees where to cut.
    const showHistogram = () => {
      const low = Number(threshold.min);
      const counts = new Array(bins).fill(0);
      for (const detection of result()?.detections ?? []) {
        if (page.hiddenClasses.has(detection.category_id)) continue;
        const place = Math.floor(((detection.score - low) / (1 - low)) * bins);
        counts[Math.min(Math.max(place, 0), bins - 1)] += 1;
      }
      const most = Math.max(...counts, 1);
      const chart = one("histogram");
      chart.setAttribute("viewBox", `0 0 ${bins} 1`);
      chart.replaceChildren(...counts.flatMap((count, place) => {
        // The root, so that a lone detection among many is seen.
        const height = count ? Math.max(Math.sqrt(count / most), 0.08) : 0.03;
        const isKept = low + ((place + 1) / bins) * (1 - low) > page.threshold;
        return [shape("rect", {
          class: isKept && count ? "kept" : "", x: place + 0.12, y: 1 - height, width: 0.76, height,
        })];
      }));
    };

    const showCount = () => {
      const known = result();
      const heading = one("count");
      if (!known) {
        const isFailed = page.selected?.state === "failed";
        heading.replaceChildren(isFailed ? "No answer" : page.selected || page.live ? "Looking…" : "");
        return;
      }
      const now = visible().length;
      const all = known.detections.length;
      const most = page.model?.detection?.detectionsPerImage;
      const rest = now === all ? "" : ` of ${all}`;
      const limit = all === most ? ", the most that the model tells" : "";
      heading.replaceChildren(make("b", {}, String(now)), `${now === 1 ? "detection" : "detections"}${rest}${limit}`);
    };

    // Categories of the picture, the most frequent first; those switched off stay to be switched on again.
    const showClasses = () => {
      const group = one("classes");
      const counts = new Map();
      for (const { category_id: id, category, score: value } of result()?.detections ?? []) {
        const entry = counts.get(id) ?? { id, name: category, all: 0, now: 0 };
        entry.all += 1;
        if (value >= page.threshold) entry.now += 1;
        counts.set(id, entry);
      }
      const wanted = [...counts.values()].sort((a, b) => b.all - a.all || a.name.localeCompare(b.name));
      const present = new Map([...group.children].map((chip) => [chip.dataset.id, chip]));
      const chips = wanted.map(({ id, name, now }) => {
        let chip = present.get(String(id));
        if (!chip) {
          chip = make("button", { type: "button", class: "chip", "data-id": String(id) }, dot(id), make("bdi"), make("b"));
          chip.title = `Show or hide; double click: ${name} alone`;
          chip.addEventListener("click", () => {
            if (!page.hiddenClasses.delete(id)) page.hiddenClasses.add(id);
            filter();
          });
          chip.addEventListener("dblclick", () => {
            const others = [...group.children].map((other) => other.dataset.id).filter((other) => other !== String(id));
            const known = (result()?.detections ?? []).map((detection) => detection.category_id);
            page.hiddenClasses = new Set(known.filter((other) => others.includes(String(other))));
            filter();
          });
        }
        chip.querySelector("bdi").textContent = name;
        chip.querySelector("b").textContent = String(now);
        chip.setAttribute("aria-pressed", String(!page.hiddenClasses.has(id)));
        return chip;
      });
      if (chips.length !== group.children.length || chips.some((chip, place) => group.children[place] !== chip)) {
        const focused = document.activeElement;
        group.replaceChildren(...chips);
        if (chips.includes(focused)) focused.focus();
      }
      one("every-class").hidden = !wanted.some(({ id }) => page.hiddenClasses.has(id));
    };

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

    // After the slider or a category: nothing is asked of the server.
    const filter = () => {
      if (page.pinned !== null && !lit()) page.pinned = null;
      showThreshold();
      showHistogram();
      showCount();
      showClasses();
      filterRows();
      drawBoxes();
      showTitle();
      showFilm();
      if (result()) say(`${counted(visible().length, "detection")} shown`, 500);
    };

    threshold.addEventListener("input", () => {
      page.threshold = Number(threshold.value);
      filter();
    });
    one("every-class").addEventListener("click", () => {
      page.hiddenClasses.clear();
      filter();
      one("classes").querySelector("button")?.focus();
    });

    const showFacts = () => {
      const known = result();
      const file = one("file");
      if (page.live) file.replaceChildren(make("b", {}, "Camera"));
      else if (page.selected) file.replaceChildren(make("b", { title: page.selected.name }, page.selected.name));
      else file.replaceChildren();
      if (known) file.append(make("span", {}, `${known.width} × ${known.height}`));
      if (page.selected && !page.live) file.append(make("span", {}, bytes(page.selected.blob.size)));
      one("timing").hidden = !known?.timing;
      if (!known?.timing) return;
      const { queue_ms: queue = 0, decode_ms: decode = 0, inference_ms: inference = 0, total_ms: total = 0, batch = 1 } = known.timing;
      const whole = Math.max(known.duration, total);
      const parts = [
        ["queue", "waiting", queue], ["decode", "decoding", decode], ["inference", "inference", inference],
        ["other", "other", Math.max(total - queue - decode - inference, 0)],
        ["network", "network", Math.max(whole - total, 0)],
      ];
      one("timing-bar").replaceChildren(...parts.map(([kind, , value]) => {
        const part = make("i", { class: kind });
        part.style.width = `${(value / whole) * 100}%`;
        return part;
      }));
      const cell = (kind, name, value) => make("div", { class: kind }, make("dt", {}, name), make("dd", {}, value));
      one("timing-parts").replaceChildren(
        cell("whole", "in all", milliseconds(whole)),
        ...parts
          .filter(([kind, , value]) => kind !== "other" || value >= 1)
          .map(([kind, name, value]) =>
            cell(kind, kind === "inference" && batch > 1 ? `${name} (batch of ${batch})` : name, milliseconds(value))),
      );
    };

    """#
}
