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
      // A page that is looked at in detail stays while a pointer rests on it or a menu is open.
      const reload = () => {
        const busy = document.activeElement && document.activeElement !== document.body;
        if (document.visibilityState === "visible" && !busy) location.reload();
      };
      setInterval(reload, 20000);
    })();

    """
}
