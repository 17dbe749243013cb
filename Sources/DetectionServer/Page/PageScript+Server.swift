extension PageScript {
  /// Asking the server: the token, the wait where it is busy, and what went wrong in words.
  static let server = #"""
    class Problem extends Error {
      constructor(title, message, code = "") {
        super(message);
        this.title = title;
        this.code = code;
      }
    }

    const isAborted = (cause) => cause instanceof DOMException && cause.name === "AbortError";

    const pause = (duration, signal) => new Promise((resolve, reject) => {
      const fail = () => reject(new DOMException("given up", "AbortError"));
      if (signal?.aborted) return fail();
      const timer = setTimeout(resolve, duration);
      signal?.addEventListener("abort", () => { clearTimeout(timer); fail(); }, { once: true });
    });

    // This tab only; where storage is refused it lasts until the page is left.
    let token = null;
    try { token = sessionStorage.getItem("focal-token"); } catch {}

    let tokenAsked = null;
    const askToken = (wasRefused) => {
      tokenAsked ??= new Promise((resolve, reject) => {
        const dialog = one("token-dialog");
        one("token-about").textContent = wasRefused
          ? "It did not accept the one that was given."
          : "Whoever started it knows it.";
        one("token").value = "";
        const done = (value) => {
          one("token-form").onsubmit = one("token-cancel").onclick = dialog.oncancel = null;
          dialog.close();
          tokenAsked = null;
          if (value === null) {
            reject(new Problem("Not allowed", "The server answers only those who have its token."));
          } else {
            token = value;
            try { sessionStorage.setItem("focal-token", value); } catch {}
            resolve();
          }
        };
        one("token-form").onsubmit = (event) => {
          event.preventDefault();
          const value = one("token").value.trim();
          if (value) done(value);
        };
        one("token-cancel").onclick = () => done(null);
        dialog.oncancel = (event) => { event.preventDefault(); done(null); };
        dialog.showModal();
      });
      return tokenAsked;
    };

    // Seconds that the server asks for, or the moment that it names.
    const retryDelay = (reply) => {
      const text = reply.headers.get("Retry-After") ?? "";
      const seconds = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
      return Math.min(Math.max(Number.isFinite(seconds) ? seconds : 2, 0.5), 60);
    };

    const waitForRoom = async (seconds, signal) => {
      const end = performance.now() + seconds * 1000;
      for (let left = seconds; left > 0; left = (end - performance.now()) / 1000) {
        showNotice("The server is busy; trying again", Math.ceil(left));
        await pause(Math.min(left * 1000, 250), signal);
      }
      showNotice(null);
    };

    const titles = {
      400: "The picture cannot be used", 408: "Sending took too long", 411: "The picture cannot be used",
      413: "The picture is too large", 415: "Not a picture that the server reads", 422: "The picture cannot be used",
    };

    // The answer as an object, and how long it took from asking to having read it.
    const ask = async (path, options = {}) => {
      for (let tries = 0; ; tries += 1) {
        const sent = token;
        const headers = { ...options.headers };
        if (sent) headers.Authorization = `Bearer ${sent}`;
        const start = performance.now();
        let reply;
        let text;
        try {
          reply = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
          text = await reply.text();
        } catch (cause) {
          if (isAborted(cause)) throw cause;
          const size = options.body?.size ?? 0;
          const hint = size > 4e6 ? ` It broke off while ${bytes(size)} were sent: its limit may be lower.` : "";
          throw new Problem("No connection to the server", `It does not answer; it may have been stopped.${hint}`);
        }
        const duration = performance.now() - start;
        if (reply.status === 401) {
          if (sent === token) await askToken(sent !== null);
          continue;
        }
        if (reply.status === 503 && tries < 30) {
          await waitForRoom(retryDelay(reply), options.signal);
          continue;
        }
        let body = null;
        try { body = JSON.parse(text); } catch {}
        if (!reply.ok) {
          throw new Problem(
            titles[reply.status] ?? "The server could not do it",
            body?.error?.message ?? `It answered ${reply.status} ${reply.statusText}`.trim(),
            body?.error?.code ?? "",
          );
        }
        if (body === null || typeof body !== "object") {
          throw new Problem("The answer makes no sense", "Expected JSON; is this address really that of focal serve?");
        }
        return { body, duration };
      }
    };

    const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

    const named = (name, id) => (String(name ?? "").trim() ? String(name) : `category ${id}`);

    // An answer as the page keeps it: best first, each with its place.
    const understood = ({ body, duration }) => {
      const image = body.images?.[0];
      const isWhole = image && image.width > 0 && image.height > 0 && Array.isArray(image.detections)
        && image.detections.every((item) => item?.bbox?.length === 4 && [...item.bbox, item.score].every(isNumber));
      if (!isWhole) throw new Problem("The answer makes no sense", "Expected sizes and detections of one picture.");
      const detections = image.detections
        .map((item) => ({ ...item, category: named(item.category, item.category_id) }))
        .sort((a, b) => b.score - a.score);
      detections.forEach((item, place) => { item.place = place; });
      return {
        model: body.model ?? null, width: image.width, height: image.height, detections,
        timing: body.timing ?? null, duration,
      };
    };

    const detect = async (blob, signal) => {
      const known = ["image/jpeg", "image/png", "image/webp"];
      const type = known.includes(blob.type) ? blob.type : "application/octet-stream";
      const query = new URLSearchParams({ threshold: String(page.floor) });
      return understood(await ask(`/v1/detections?${query}`, {
        method: "POST", body: blob, headers: { "Content-Type": type }, signal,
      }));
    };

    """#
}
