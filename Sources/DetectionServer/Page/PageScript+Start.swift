extension PageScript {
  /// How pictures come in, keys of the whole page, its theme, and the model's name.
  static let start = #"""
    // The system's choice until somebody chooses; storage may be refused.
    const themes = ["auto", "light", "dark"];
    const applyTheme = (theme) => {
      if (theme === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
      const button = one("theme");
      button.dataset.theme = theme;
      const words = { auto: "as the system", light: "light", dark: "dark" }[theme];
      button.title = `Theme: ${words}`;
      button.setAttribute("aria-label", `Theme: ${words}`);
    };
    let theme = "auto";
    try { theme = localStorage.getItem("focal-theme") ?? "auto"; } catch {}
    if (!themes.includes(theme)) theme = "auto";
    applyTheme(theme);
    one("theme").addEventListener("click", () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length];
      applyTheme(theme);
      say(one("theme").title);
      try { localStorage.setItem("focal-theme", theme); } catch {}
    });

    for (const id of ["add", "choose"]) one(id).addEventListener("click", () => one("files").click());
    for (const id of ["files", "capture"]) {
      one(id).addEventListener("change", () => {
        addPictures(one(id).files);
        one(id).value = "";
      });
    }

    // Of a folder the pictures, in the order of their names; of single files all, so that the server says
    // what is wrong with one.
    const pictureName = /\.(jpe?g|png|webp)$/i;
    const filesWithin = async (entry) => {
      if (entry.isFile) {
        const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
        return file && pictureName.test(file.name) ? [file] : [];
      }
      const reader = entry.createReader();
      const found = [];
      for (;;) {
        const part = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
        if (!part.length) break;
        found.push(...part);
      }
      found.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
      const files = [];
      for (const each of found) files.push(...(await filesWithin(each)));
      return files;
    };

    const filesOf = async (transfer) => {
      const plain = [...transfer.files];
      // Folders have to be asked for before the event is over.
      const folders = [...transfer.items]
        .map((item) => (item.kind === "file" ? item.webkitGetAsEntry?.() : null))
        .filter((entry) => entry?.isDirectory);
      if (!folders.length) return plain;
      const names = new Set(folders.map((folder) => folder.name));
      const files = plain.filter((file) => !(names.has(file.name) && !file.type));
      for (const folder of folders) files.push(...(await filesWithin(folder)));
      return files;
    };

    const take = async (transfer, word) => {
      const files = await filesOf(transfer);
      if (files.length) addPictures(files);
      else {
        page.trouble = new Problem(`No picture was ${word}`, "Expected a JPEG, PNG or WebP file, or a folder of them.");
        refresh(page.selected, false);
      }
    };

    let depth = 0;
    const dragging = (change) => {
      depth = change === null ? 0 : Math.max(depth + change, 0);
      document.body.classList.toggle("dragging", depth > 0);
    };
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragenter", (event) => { if (hasFiles(event)) { event.preventDefault(); dragging(1); } });
    addEventListener("dragleave", (event) => { if (hasFiles(event)) dragging(-1); });
    addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    });
    addEventListener("drop", (event) => {
      event.preventDefault();
      dragging(null);
      if (!one("token-dialog").open && event.dataTransfer) void take(event.dataTransfer, "dropped");
    });
    addEventListener("paste", (event) => {
      if (event.target.matches?.("input, textarea") || !event.clipboardData) return;
      event.preventDefault();
      void take(event.clipboardData, "pasted");
    });

    addEventListener("keydown", (event) => {
      const isTyping = event.target.matches?.("input:not([type=range]), textarea, select");
      if (isTyping || one("token-dialog").open || event.altKey || event.ctrlKey || event.metaKey) return;
      if (!shown()) return;
      if (event.key === "Escape") {
        page.hover = null;
        pin(null);
      } else if (event.key === "+" || event.key === "=") zoomTo(page.view.zoom * 1.5);
      else if (event.key === "-") zoomTo(page.view.zoom / 1.5);
      else if (event.key === "0") showWhole();
      else if (event.key === "l" || event.key === "L") {
        page.hasLabels = !page.hasLabels;
        drawBoxes();
        say(page.hasLabels ? "Labels shown" : "Labels hidden");
      } else return;
      event.preventDefault();
    });

    const showModel = () => {
      const { model } = page;
      const precision = model.precision ? [String(model.precision)] : [];
      const count = model.categories.length;
      const words = [String(model.architecture ?? ""), `${count} ${count === 1 ? "category" : "categories"}`, ...precision];
      const facts = words.filter(Boolean).join(" · ");
      one("model").replaceChildren(make("b", {}, String(model.name ?? "")), make("span", {}, facts));
      one("model").title = `${model.name ?? ""}: ${facts}`;
      const most = 14;
      const items = model.categories.slice(0, most).map(({ id, name }) => make("li", {}, dot(id), make("bdi", {}, named(name, id))));
      if (count > most) items.push(make("li", { class: "more" }, `and ${count - most} more`));
      one("known-title").textContent = "This model finds";
      one("known-list").replaceChildren(...items);
      one("known").hidden = !count;
    };

    const loadModel = async () => {
      try {
        const { body } = await ask("/v1/model");
        const isFirst = !page.model;
        page.model = { ...body, categories: Array.isArray(body.categories) ? body.categories : [] };
        paints.clear();
        const least = page.model.detection?.scoreThreshold;
        // A threshold as low as the paper's 0.05 is one for measuring, not for looking.
        if (isFirst && isNumber(least)) {
          page.floor = Math.min(page.floor, Math.max(least, 0));
          page.threshold = Math.min(Math.max(least < 0.2 ? page.threshold : least, page.floor), 1);
        }
        threshold.min = String(page.floor);
        threshold.value = String(page.threshold);
        page.threshold = Number(threshold.value);
        showModel();
      } catch (cause) {
        if (!(cause instanceof Problem)) throw cause;
        page.trouble = cause;
        page.trouble.retry = loadModel;
      }
      refresh(page.selected, false);
    };

    refresh(null);
    void loadModel();

    """#
}
