extension PageScript {
  /// The strip of pictures, once there are two.
  static let film = #"""
    const makeThumbnails = async (entries) => {
      for (const entry of entries) {
        try {
          const bitmap = await createImageBitmap(entry.blob, { resizeWidth: 168, resizeQuality: "medium" });
          const height = Math.max(1, Math.round((168 * bitmap.height) / bitmap.width));
          const canvas = make("canvas", { width: 168, height: Math.min(height, 672) });
          canvas.getContext("2d").drawImage(bitmap, 0, 0, 168, height);
          bitmap.close();
          entry.thumbnail = canvas;
          showFilm();
        } catch {
          // No picture that this browser knows: the strip shows its state alone.
        }
      }
    };

    const stateText = (entry) => {
      if (entry.state === "done") {
        const count = entry.result.detections.filter(isShown).length;
        return { mark: String(count), words: counted(count, "detection") };
      }
      if (entry.state === "failed") return { mark: "!", words: "failed" };
      return { mark: "…", words: entry.state === "working" ? "being looked at" : "waiting" };
    };

    const showFilm = () => {
      const strip = one("strip");
      one("film").hidden = page.entries.length < 2;
      const present = new Map([...strip.children].map((item) => [item.dataset.id, item]));
      const items = page.entries.map((entry) => {
        let item = present.get(String(entry.id));
        if (!item) {
          const button = make("button", { type: "button" }, make("small", { "aria-hidden": "true" }));
          button.addEventListener("click", () => select(entry));
          button.addEventListener("keydown", (event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (step) {
              const next = page.entries[page.entries.indexOf(entry) + step];
              if (!next) return;
              event.preventDefault();
              select(next);
              strip.querySelector(`[data-id="${next.id}"] button`)?.focus();
            } else if (event.key === "Delete" || event.key === "Backspace") {
              event.preventDefault();
              remove(entry);
              strip.querySelector("[aria-current]")?.focus();
            }
          });
          item = make("li", { "data-id": String(entry.id) }, button);
        }
        const button = item.firstChild;
        if (entry.thumbnail && !entry.thumbnail.parentNode) button.prepend(entry.thumbnail);
        const { mark, words } = stateText(entry);
        button.className = entry.state;
        button.lastChild.textContent = mark;
        button.setAttribute("aria-label", `${entry.name}, ${words}`);
        button.title = entry.name;
        if (entry === page.selected && !page.live) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
        return item;
      });
      if (items.length !== strip.children.length || items.some((item, place) => strip.children[place] !== item)) {
        strip.replaceChildren(...items);
      }
      const current = strip.querySelector("[aria-current]");
      if (current) {
        const { left, right } = current.getBoundingClientRect();
        const bounds = strip.getBoundingClientRect();
        if (left < bounds.left) strip.scrollLeft -= bounds.left - left + 8;
        else if (right > bounds.right) strip.scrollLeft += right - bounds.right + 8;
      }
    };

    one("clear").addEventListener("click", clearAll);

    """#
}
