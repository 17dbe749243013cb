extension PageScript {
  /// A colour and a kind of line for each category: those of drawn pictures and reports.
  static let colours = #"""
    // Okabe and Ito's set, then Paul Tol's muted one; told apart under the common colour vision deficiencies.
    const palette = [
      0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0xd55e00, 0xcc79a7, 0x0072b2,
      0x88ccee, 0xaa4499, 0x44aa99, 0xddcc77, 0x882255, 0x999933, 0x6699cc,
    ];
    const kinds = ["solid", "dashed", "dotted"];
    const paints = new Map();

    // The palette comes again lighter, with another line: no category is known by its colour alone, as its
    // name stands at the box and in the table, and 42 differ without the name too.
    const paintAt = (place) => {
      const round = Math.floor(place / palette.length) % kinds.length;
      const base = palette[place % palette.length];
      const parts = [base >> 16, (base >> 8) & 255, base & 255].map((part) => part + (255 - part) * 0.3 * round);
      const [red, green, blue] = parts.map((part) => {
        const value = part / 255;
        return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      const isLight = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
      return {
        color: `rgb(${parts.map(Math.round).join(" ")})`,
        ink: isLight ? "#000000" : "#ffffff",
        isLight,
        kind: kinds[round],
      };
    };

    const paint = (category) => {
      if (!paints.has(category)) {
        const place = page.model?.categories.findIndex((known) => known.id === category) ?? -1;
        paints.set(category, paintAt(place < 0 ? Math.abs(Math.trunc(Number(category) || 0)) : place));
      }
      return paints.get(category);
    };

    const dot = (category) => {
      const { color, kind } = paint(category);
      const mark = make("span", { class: `dot ${kind}`, "aria-hidden": "true" });
      mark.style.setProperty("--c", color);
      return mark;
    };

    """#
}
