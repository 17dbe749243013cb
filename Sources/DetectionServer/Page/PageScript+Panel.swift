extension PageScript {
  /// The slider with what scores what, the count, and what follows when either filter moves.
  static let panel = #"""
    const threshold = one("threshold");
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
      // Only where it matters: there may be more of them than are told.
      const limit = now === most ? ", the model's limit" : "";
      heading.replaceChildren(make("b", {}, String(now)), `${now === 1 ? "detection" : "detections"}${rest}${limit}`);
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

    let isSliding = false;
    threshold.addEventListener("input", () => {
      page.threshold = Number(threshold.value);
      showThreshold();
      // Once a frame: a slider in motion tells more steps than the screen shows.
      if (isSliding) return;
      isSliding = true;
      requestAnimationFrame(() => {
        isSliding = false;
        filter();
      });
    });
    one("every-class").addEventListener("click", () => {
      page.hiddenClasses.clear();
      filter();
      one("classes").querySelector("button")?.focus();
    });

    """#
}
