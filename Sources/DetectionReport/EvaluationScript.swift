/// What a page of an evaluation does when it is touched; everything it shows lies in the page.
enum EvaluationScript {
  /// Plain JavaScript, no `]]>` and no `</` in it.
  static let text = """
    "use strict";
    (() => {
      const all = (selector, root = document) => [...root.querySelectorAll(selector)];
      const one = (id) => document.getElementById(id);

      // Tables: a click on a heading sorts, once more turns round; what is not available stays last.
      const cellValue = (row, column) => {
        const cell = row.cells[column];
        if (column === 0) return cell.textContent;
        const data = cell.querySelector("data");
        return data ? Number(data.value) : null;
      };
      for (const table of all("table.sortable")) {
        const headings = all("thead th", table);
        headings.forEach((heading, column) => {
          const label = heading.querySelector(".head");
          const button = document.createElement("button");
          button.type = "button";
          button.className = "head";
          button.textContent = label.textContent;
          label.replaceWith(button);
          button.addEventListener("click", () => {
            const was = heading.getAttribute("aria-sort");
            const first = column === 0 ? "ascending" : "descending";
            const second = column === 0 ? "descending" : "ascending";
            const now = was === first ? second : first;
            const sign = now === "ascending" ? 1 : -1;
            headings.forEach((other) => other.removeAttribute("aria-sort"));
            heading.setAttribute("aria-sort", now);
            const body = table.tBodies[0];
            const rows = [...body.rows].map((row) => [cellValue(row, column), row]);
            rows.sort(([a], [b]) => {
              if (a === null || b === null) return (a === null) - (b === null);
              return sign * (typeof a === "string" ? a.localeCompare(b) : a - b);
            });
            body.append(...rows.map(([, row]) => row));
          });
        });
      }
      for (const box of all(".filtered")) {
        const line = box.querySelector(".filter");
        if (!line) continue;
        line.hidden = false;
        const [input, output] = [line.querySelector("input"), line.querySelector("output")];
        const rows = all("tbody tr", box);
        const names = rows.map((row) => row.cells[0].textContent.toLowerCase());
        input.addEventListener("input", () => {
          const wanted = input.value.trim().toLowerCase();
          let shown = 0;
          rows.forEach((row, index) => {
            row.hidden = !names[index].includes(wanted);
            if (!row.hidden) shown += 1;
          });
          output.textContent =
            wanted === "" ? `${rows.length} classes` : `${shown} of ${rows.length} classes`;
        });
      }

      // Curves: another class for the large plot, another IoU for the small ones.
      const source = one("curve-data");
      if (source) {
        const { ious, kept, groups } = JSON.parse(source.textContent);
        const option = (text, value) => {
          const element = document.createElement("option");
          element.textContent = text;
          element.value = value;
          return element;
        };
        const show = (index) => {
          const group = groups[index];
          const places = index === 0 ? ious.map((_, place) => place) : kept;
          one("curve-name").textContent = group.name;
          one("curve-plot").setAttribute("aria-label", `Precision over recall of ${group.name}`);
          all(".line", one("curve-plot")).forEach((line, place) => {
            line.setAttribute("d", group.lines[places.indexOf(place)] ?? "");
          });
          all("tr", one("curve-key")).forEach((row, place) => {
            const value = group.ap[place];
            row.querySelector("b").textContent = value;
            row.querySelector("span i").style.width = `${100 * Number(value) || 0}%`;
            row.classList.toggle("gone", !places.includes(place));
          });
        };
        const classes = one("curve-class");
        groups.forEach((group, index) => classes.append(option(group.name, index)));
        classes.addEventListener("change", () => show(classes.selectedIndex));
        if (groups.length > 2) classes.closest(".choose").hidden = false;

        const smalls = all(".small");
        for (const small of smalls) {
          const index = Number(small.dataset.group);
          small.tabIndex = 0;
          small.setAttribute("role", "button");
          const choose = () => {
            classes.selectedIndex = index;
            show(index);
            one("curves").scrollIntoView({ block: "start" });
          };
          small.addEventListener("click", choose);
          small.addEventListener("keydown", (event) => {
            if (event.key === "Enter" || event.key === " ") {
              event.preventDefault();
              choose();
            }
          });
        }
        const threshold = one("curve-iou");
        if (threshold) {
          kept.forEach((place) => threshold.append(option(ious[place], place)));
          threshold.value = String(kept.find((place) => ious[place] === one("small-iou").textContent));
          threshold.closest(".choose").hidden = kept.length === 1;
          threshold.addEventListener("change", () => {
            const place = Number(threshold.value);
            one("small-iou").textContent = ious[place];
            for (const small of smalls) {
              const group = groups[Number(small.dataset.group)];
              if (!group) continue;
              small.querySelector("b").textContent = group.ap[place];
              small.querySelector(".line").setAttribute("d", group.lines[kept.indexOf(place)]);
              small.querySelector(".back").setAttribute("d", groups[0].lines[place]);
            }
          });
        }
      }
    })();

    """
}
