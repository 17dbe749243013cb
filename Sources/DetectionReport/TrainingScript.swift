/// What the page of a running training does by itself.
enum TrainingScript {
  /// Loads the page again as long as it grows; says so when it does not.
  ///
  /// Plain JavaScript, no `]]>` and no `</` in it.
  static let text = """
    (() => {
      const time = document.getElementById("updated");
      const note = document.getElementById("alive");
      const age = () => (Date.now() - Date.parse(time.dateTime)) / 1000;
      const check = () => {
        const minutes = Math.floor(age() / 60);
        if (minutes < 5) return;
        const badge = document.querySelector(".status");
        badge.textContent = "No news";
        badge.className = "status silent";
        note.className = "silent";
        note.textContent =
          `That is ${minutes} minutes ago. A single step or batch may take as long; else the process was killed, ` +
          "or the machine went down. Nothing but what follows the newest checkpoint is lost.";
      };
      check();
      setInterval(check, 20000);
      // What was unfolded stays so; a page on which something is being chosen waits.
      const folds = [...document.querySelectorAll("details")];
      try {
        const open = (sessionStorage.getItem("open") ?? "").split(" ");
        folds.forEach((fold, place) => { fold.open = open.includes(String(place)); });
      } catch {}
      const reload = () => {
        const isBusy = document.activeElement?.matches("select, input");
        if (document.visibilityState !== "visible" || isBusy) return;
        try {
          const open = folds.flatMap((fold, place) => (fold.open ? [place] : []));
          sessionStorage.setItem("open", open.join(" "));
        } catch {}
        location.reload();
      };
      setInterval(reload, 20000);
    })();

    """
}
