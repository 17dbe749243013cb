extension PageScript {
  /// The line under the picture: its name and sides, and where the time went.
  static let facts = #"""
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
          .filter(([kind, , value]) => kind !== "other" || value >= 0.05 * whole)
          .map(([kind, name, value]) =>
            cell(kind, kind === "inference" && batch > 1 ? `${name} (batch of ${batch})` : name, milliseconds(value))),
      );
    };

    """#
}
