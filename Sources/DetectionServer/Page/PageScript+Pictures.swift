extension PageScript {
  /// Pictures that were given: asked about one after another, shown one at a time.
  static let pictures = #"""
    let isAsking = false;
    let number = 0;

    const addPictures = (files, extra = {}) => {
      const added = [...files].map((blob) => {
        number += 1;
        return {
          id: number, name: blob.name || `picture ${number}`, blob, state: "waiting", result: null, problem: null,
          thumbnail: null, isUnseen: false, ...extra,
        };
      });
      if (!added.length) return;
      page.trouble = null;
      page.entries.push(...added);
      const wasWelcome = one("welcome").contains(document.activeElement);
      select(added[0]);
      if (wasWelcome) overlay.focus({ preventScroll: true, focusVisible: false });
      void askInTurn();
      void makeThumbnails(added);
    };

    const askInTurn = async () => {
      if (isAsking) return;
      isAsking = true;
      for (;;) {
        // What is looked at comes first.
        const isWaiting = (entry) => entry?.state === "waiting";
        const entry = isWaiting(page.selected) ? page.selected : page.entries.find(isWaiting);
        if (!entry) break;
        entry.state = "working";
        entry.stop = new AbortController();
        refresh(entry);
        try {
          entry.result = await detect(entry.blob, entry.stop.signal);
          entry.state = "done";
          // Another model may have been loaded since the page was.
          if (page.model && entry.result.model && entry.result.model !== page.model.name) void loadModel();
        } catch (cause) {
          entry.state = "failed";
          entry.problem = isAborted(cause)
            ? new Problem("Given up", "The picture was not looked at.")
            : cause instanceof Problem ? cause : new Problem("The page failed", String(cause));
          if (!(isAborted(cause) || cause instanceof Problem)) console.error(cause);
          // Without a server, or without its token, the others would fail as well.
          if (entry.problem.title === "No connection to the server" || entry.problem.title === "Not allowed") {
            for (const other of page.entries) {
              if (other.state === "waiting") Object.assign(other, { state: "failed", problem: entry.problem });
            }
          }
        }
        showNotice(null);
        if (page.entries.includes(entry)) refresh(entry);
      }
      isAsking = false;
    };

    const again = (entry) => {
      for (const other of page.entries) {
        if (other === entry || other.problem === entry.problem) Object.assign(other, { state: "waiting", problem: null });
      }
      refresh(entry);
      void askInTurn();
    };

    const remove = (entry) => {
      entry.stop?.abort();
      const place = page.entries.indexOf(entry);
      page.entries.splice(place, 1);
      if (page.selected === entry) select(page.entries[Math.min(place, page.entries.length - 1)] ?? null);
      else refresh(null);
    };

    const clearAll = () => {
      for (const entry of page.entries) entry.stop?.abort();
      page.entries = [];
      page.hiddenClasses.clear();
      select(null);
      one("choose").focus();
    };

    let address = null;
    const select = (entry) => {
      stopCamera();
      page.selected = entry;
      page.hover = page.pinned = null;
      page.view = { zoom: 1, x: 0, y: 0 };
      if (address) URL.revokeObjectURL(address);
      address = entry ? URL.createObjectURL(entry.blob) : null;
      if (address) {
        picture.src = address;
        picture.alt = entry.name;
      } else {
        picture.removeAttribute("src");
      }
      refresh(entry, false);
    };

    picture.addEventListener("load", () => {
      if (page.selected) page.selected.isUnseen = false;
      refresh(page.selected, false);
    });
    picture.addEventListener("error", () => {
      if (!page.selected || !picture.src) return;
      page.selected.isUnseen = true;
      refresh(page.selected, false);
    });

    // The text is read out once, the seconds that run beside it are not.
    const showNotice = (text, seconds = 0) => {
      const spoken = one("notice-text");
      one("notice").hidden = text === null;
      if (spoken.textContent !== (text ?? "")) spoken.textContent = text ?? "";
      one("notice-time").textContent = seconds ? `in ${seconds} s` : "";
      one("give-up").hidden = Boolean(page.live) || !page.entries.some((entry) => entry.state === "working");
    };
    one("give-up").addEventListener("click", () => {
      page.entries.find((entry) => entry.state === "working")?.stop.abort();
    });

    const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

    let alarmed = null;
    const showProblem = () => {
      const entry = page.live ? null : page.selected;
      const problem = page.trouble ?? entry?.problem ?? null;
      if (problem === alarmed) return;
      alarmed = problem;
      const place = one("problem");
      if (!problem) {
        place.replaceChildren();
        return;
      }
      const actions = make("div");
      const action = (text, run) => {
        const button = make("button", { type: "button", class: "button" }, text);
        button.addEventListener("click", run);
        actions.append(button);
      };
      if (page.trouble) {
        if (problem.retry) {
          action("Try again", () => {
            page.trouble = null;
            problem.retry();
            refresh(page.selected, false);
          });
        }
        action("Close", () => {
          page.trouble = null;
          refresh(page.selected, false);
        });
      } else {
        action("Try again", () => again(entry));
        action("Remove", () => remove(entry));
      }
      if (problem.code) actions.append(make("code", {}, problem.code));
      place.replaceChildren(make("div", { class: "alarm" },
        make("b", {}, problem.title), make("p", {}, sentence(problem.message)), actions));
    };

    const showTitle = () => {
      const { selected, live } = page;
      const now = () => `${visible().length} found`;
      document.title =
        live ? "Camera · Focal"
        : selected?.state === "failed" ? `Failed: ${selected.name} · Focal`
        : selected?.state === "done" ? `${now()} · ${selected.name} · Focal`
        : selected ? `Looking: ${selected.name} · Focal`
        : page.model ? `${page.model.name} · Focal` : "Focal";
    };

    // Everything that hangs on which picture is shown and how far it is.
    const refresh = (entry, speak = true) => {
      const { selected, live } = page;
      const isEmpty = !selected && !live;
      document.body.dataset.state = isEmpty ? "empty" : live ? "live" : selected.state;
      one("welcome").hidden = !isEmpty;
      picture.hidden = isEmpty || Boolean(live) || selected.isUnseen;
      video.hidden = !live;
      overlay.toggleAttribute("hidden", isEmpty);
      one("zoom").hidden = isEmpty || (picture.hidden && !live);
      one("clear").hidden = !selected || Boolean(live);
      one("clear").textContent = page.entries.length > 1 ? "Clear all" : "Clear";
      one("live").hidden = !live;
      one("progress").hidden = isEmpty || Boolean(live) || !["waiting", "working"].includes(selected.state);
      one("unseen").hidden = !(selected?.isUnseen && !live && selected.state !== "failed");
      stage.setAttribute("aria-busy", String(!one("progress").hidden));
      overlay.setAttribute("aria-label", live ? "Camera" : selected?.name ?? "");
      showProblem();
      showFacts();
      fillRows();
      showThreshold();
      showHistogram();
      showCount();
      showClasses();
      showFilm();
      showTitle();
      layOut();
      if (!speak || !entry || live) return;
      if (entry.state === "done" && entry === selected) {
        const tally = new Map();
        for (const { category } of visible()) tally.set(category, (tally.get(category) ?? 0) + 1);
        const parts = [...tally].map(([name, count]) => `${count} ${name}`).join(", ");
        say(`${entry.name}: ${counted(visible().length, "detection")}${parts ? `: ${parts}` : ""}`);
      } else if (entry.state === "working" && entry === selected) {
        say(`Looking at ${entry.name}`);
      }
    };

    """#
}
