extension PageScript {
  /// Taking away what is shown: JSON, COCO JSON, a picture with its boxes.
  static let exports = #"""
    const flash = (button, text) => {
      button.dataset.text ??= button.textContent;
      button.textContent = text;
      say(text);
      clearTimeout(Number(button.dataset.timer));
      button.dataset.timer = String(setTimeout(() => { button.textContent = button.dataset.text; }, 1600));
    };

    const shownName = () => (page.live ? "camera.jpg" : page.selected.name);
    const stem = (name) => name.replace(/\.[^.]*$/, "") || "picture";

    const rounded = (value, digits) => Number(value.toFixed(digits));
    const told = ({ category_id, category, bbox, score: value }) => ({
      category_id, category, bbox: bbox.map((side) => rounded(side, 3)), score: rounded(value, 5),
    });

    // As the server answers, less what the filters leave out.
    const answerText = () => {
      const { model, width, height, timing } = result();
      const detections = visible().map(told);
      return JSON.stringify({ model, images: [{ file_name: shownName(), width, height, detections }], timing }, null, 2);
    };

    const copyText = async (text) => {
      if (navigator.clipboard?.writeText) {
        await navigator.clipboard.writeText(text);
        return;
      }
      // Without https there is no other way to the clipboard.
      const area = make("textarea", { class: "spoken", readonly: "" });
      area.value = text;
      document.body.append(area);
      area.select();
      const isDone = document.execCommand("copy");
      area.remove();
      if (!isDone) throw new Error("refused");
    };

    // Every picture that was looked at, as filtered, in COCO's form with a score at each annotation.
    const cocoText = () => {
      const entries = page.live
        ? [{ name: shownName(), result: page.live.result }]
        : page.entries.filter((entry) => entry.state === "done");
      const names = new Map((page.model?.categories ?? []).map(({ id, name }) => [id, name]));
      const annotations = [];
      const images = entries.map(({ name, result: { width, height, detections } }, place) => {
        for (const { category_id, category, bbox, score: value } of detections.filter(isShown)) {
          if (!names.has(category_id)) names.set(category_id, category);
          const sides = bbox.map((side) => rounded(side, 3));
          annotations.push({
            id: annotations.length + 1, image_id: place + 1, category_id, bbox: sides,
            area: rounded(sides[2] * sides[3], 3), iscrowd: 0, score: rounded(value, 5),
          });
        }
        return { id: place + 1, file_name: name, width, height };
      });
      const categories = [...names].map(([id, name]) => ({ id, name }));
      return JSON.stringify({ images, categories, annotations }, null, 1);
    };

    const save = (blob, name) => {
      const url = URL.createObjectURL(blob);
      const link = make("a", { href: url, download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    };

    // As `focal predict --draw` does it: all pixels of the picture, letters of about 2 % of it.
    const drawnPicture = async () => {
      const source = page.live ? await createImageBitmap(page.live.frame) : picture;
      const width = source.naturalWidth ?? source.width;
      const height = source.naturalHeight ?? source.height;
      const canvas = make("canvas", { width, height });
      const pen = canvas.getContext("2d");
      pen.drawImage(source, 0, 0);
      const font = Math.max(10, Math.round(Math.min(Math.sqrt(width * height), 2 * Math.min(width, height)) * 0.022));
      const size = { font, pad: Math.max(2, Math.round(font / 3)), line: Math.max(1, Math.round(font / 7)) };
      const place = { x: 0, y: 0, width, height };
      const drawn = visible().map((detection) => frameOf(detection, place));
      for (const frame of drawn.toReversed()) {
        const { color, isLight, kind } = paint(frame.detection.category_id);
        pen.strokeStyle = isLight ? "rgb(0 0 0 / 0.45)" : "rgb(255 255 255 / 0.45)";
        pen.lineWidth = size.line * 2;
        pen.setLineDash([]);
        pen.strokeRect(frame.x, frame.y, frame.width, frame.height);
        pen.strokeStyle = color;
        pen.lineWidth = size.line;
        pen.setLineDash(kind === "solid" ? [] : dashes[kind].split(" ").map((part) => (Number(part) * size.line) / 2));
        pen.strokeRect(frame.x, frame.y, frame.width, frame.height);
      }
      pen.font = `600 ${font}px ${family}`;
      for (const label of page.hasLabels ? placeLabels(drawn, place, size) : []) {
        const { color, ink } = paint(label.frame.detection.category_id);
        pen.fillStyle = color;
        pen.beginPath();
        pen.roundRect(label.x, label.y, label.width, label.height, font / 6);
        pen.fill();
        pen.fillStyle = ink;
        pen.fillText(label.text, label.x + size.pad, label.y + label.height / 2 + font * 0.36);
      }
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
      if (!blob) throw new Error("too large");
      return blob;
    };

    one("copy-json").addEventListener("click", async () => {
      try {
        await copyText(answerText());
        flash(one("copy-json"), "Copied");
      } catch {
        flash(one("copy-json"), "Not allowed");
      }
    });
    one("save-png").addEventListener("click", async () => {
      const name = `${stem(shownName())}-drawn.png`;
      try {
        save(await drawnPicture(), name);
        flash(one("save-png"), "Saved");
      } catch {
        flash(one("save-png"), "Not possible");
      }
    });
    one("save-coco").addEventListener("click", () => {
      save(new Blob([cocoText()], { type: "application/json" }), "detections.json");
      flash(one("save-coco"), "Saved");
    });

    """#
}
