extension PageScript {
  /// The camera: one picture on its way at a time, so that it goes as fast as the server answers.
  static let camera = #"""
    const frameLimit = 1280;
    let facing = "environment";
    let isStarting = false;

    const cameraProblem = (cause) => {
      const texts = {
        NotAllowedError: "The browser was not allowed to use it; its settings for this page say so.",
        NotFoundError: "No camera was found on this device.",
        NotReadableError: "Another program uses it.",
        OverconstrainedError: "No camera faces that way.",
      };
      return new Problem("The camera cannot be used", texts[cause.name] ?? String(cause.message || cause));
    };

    const useCamera = async () => {
      if (isStarting) return;
      if (!navigator.mediaDevices?.getUserMedia) {
        // Browsers lend the camera over https and on this machine alone; a telephone takes one picture all the same.
        if (matchMedia("(pointer: coarse)").matches) {
          one("capture").click();
          return;
        }
        page.trouble = new Problem(
          "The camera cannot be used", "Browsers lend it only to pages over https, or on localhost. Open the page there.");
        refresh(page.selected, false);
        return;
      }
      isStarting = true;
      stopCamera();
      page.trouble = null;
      try {
        const stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: { ideal: facing }, width: { ideal: frameLimit }, height: { ideal: 720 } },
        });
        video.srcObject = stream;
        await video.play();
        page.live = { stream, result: null, frame: null, rate: 0, stop: new AbortController() };
        page.hover = page.pinned = null;
        page.view = { zoom: 1, x: 0, y: 0 };
        for (const track of stream.getVideoTracks()) {
          track.addEventListener("ended", () => { if (page.live?.stream === stream) endLive(); });
        }
        const devices = await navigator.mediaDevices.enumerateDevices();
        one("facing").hidden = devices.filter((device) => device.kind === "videoinput").length < 2;
        one("rate").textContent = "starting";
        refresh(null);
        say("The camera runs");
        one("stop").focus({ focusVisible: false });
        void runLive(page.live);
      } catch (cause) {
        page.trouble = cameraProblem(cause);
        page.trouble.retry = useCamera;
        refresh(page.selected, false);
      } finally {
        isStarting = false;
      }
    };

    const takeFrame = (canvas) => new Promise((resolve) => {
      const scale = Math.min(1, frameLimit / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(resolve, "image/jpeg", 0.85);
    });

    const isSeen = () => new Promise((resolve) => {
      if (document.visibilityState === "visible") return resolve();
      document.addEventListener("visibilitychange", () => resolve(), { once: true });
    });

    const runLive = async (live) => {
      const canvas = document.createElement("canvas");
      let last = performance.now();
      try {
        while (page.live === live) {
          await isSeen();
          if (!video.videoWidth) {
            await pause(50, live.stop.signal);
            continue;
          }
          const frame = await takeFrame(canvas);
          if (!frame) throw new Problem("The camera cannot be used", "The browser gave no picture of it.");
          const known = await detect(frame, live.stop.signal);
          if (page.live !== live) return;
          const now = performance.now();
          const rate = 1000 / Math.max(now - last, 1);
          live.rate = live.rate ? live.rate * 0.8 + rate * 0.2 : rate;
          last = now;
          live.result = known;
          live.frame = frame;
          page.hover = null;
          one("rate").textContent = `${live.rate.toFixed(live.rate < 9.95 ? 1 : 0)} pictures a second`;
          refresh(null);
        }
      } catch (cause) {
        if (isAborted(cause)) return;
        page.trouble = cause instanceof Problem ? cause : cameraProblem(cause);
        page.trouble.retry = useCamera;
        endLive();
      }
    };

    const stopCamera = () => {
      const { live } = page;
      if (!live) return;
      page.live = null;
      page.pinned = page.hover = null;
      live.stop.abort();
      for (const track of live.stream.getTracks()) track.stop();
      video.srcObject = null;
      showNotice(null);
    };

    const endLive = () => {
      stopCamera();
      refresh(page.selected, false);
    };

    // The picture that the boxes belong to, not the one that came since.
    const keepFrame = () => {
      const { live } = page;
      if (!live?.result) return;
      number += 1;
      const moment = new Date().toTimeString().slice(0, 8).replaceAll(":", "-");
      const entry = {
        id: number, name: `camera ${moment}.jpg`, blob: live.frame, state: "done", result: live.result, problem: null,
        thumbnail: null, isUnseen: false,
      };
      page.entries.push(entry);
      select(entry);
      void makeThumbnails([entry]);
      say(`${entry.name} kept`);
    };

    one("camera").addEventListener("click", useCamera);
    one("look").addEventListener("click", useCamera);
    one("stop").addEventListener("click", () => {
      endLive();
      (page.selected ? one("camera") : one("look")).focus({ focusVisible: false });
    });
    one("keep").addEventListener("click", keepFrame);
    one("facing").addEventListener("click", () => {
      facing = facing === "environment" ? "user" : "environment";
      void useCamera();
    });
    addEventListener("pagehide", stopCamera);

    """#
}
