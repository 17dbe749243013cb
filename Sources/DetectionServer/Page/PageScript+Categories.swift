extension PageScript {
  /// A switch for each category of the picture, with how many there are.
  static let categories = #"""
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

    """#
}
