/// What stands on the page before its script runs.
enum PageMarkup {
  /// The document; style, script and icon are beside it, see ``ServerPage/assets``.
  static let html = #"""
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>Focal</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/page.css">
    <script type="module" src="/page.js" blocking="render"></script>
    </head>
    <body data-state="empty">
    <a class="skip" href="#results">To the detections</a>
    <header>
      <h1>
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 8V3h5M16 3h5v5M21 16v5h-5M8 21H3v-5"/><circle cx="12" cy="12" r="3.5"/></svg>
        Focal
      </h1>
      <p id="model"></p>
      <div class="actions">
        <button type="button" id="add" class="button" title="Choose pictures">
          <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 3v10M3 8h10"/></svg><span>Add pictures</span>
        </button>
        <button type="button" id="camera" class="button" title="Use the camera">
          <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 5h2.5L6 3h4l1.5 2H14v8H2z"/><circle cx="8" cy="8.8" r="2.4"/></svg><span>Camera</span>
        </button>
        <button type="button" id="theme" class="button bare">
          <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <g class="auto"><circle cx="8" cy="8" r="5.5"/><path class="full" d="M8 2.5a5.5 5.5 0 0 1 0 11z"/></g>
            <g class="light"><circle cx="8" cy="8" r="2.8"/><path d="M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.4 1.4M11.6 11.6 13 13M3 13l1.4-1.4M11.6 4.4 13 3"/></g>
            <g class="dark"><path d="M13.2 9.8A5.7 5.7 0 0 1 6.2 2.8a5.7 5.7 0 1 0 7 7z"/></g>
          </svg>
        </button>
      </div>
    </header>
    <main>
      <section id="viewer" aria-label="Picture">
        <div id="stage">
          <img id="picture" alt="" hidden>
          <video id="video" muted playsinline hidden></video>
          <svg id="overlay" role="application" aria-roledescription="picture with boxes" aria-describedby="keys"
            tabindex="0" hidden><g id="boxes" aria-hidden="true"></g><g id="labels" aria-hidden="true"></g><g id="lit" aria-hidden="true"></g></svg>
          <p id="unseen" hidden>This browser cannot show the picture.</p>
          <div id="welcome">
            <svg class="frame" viewBox="0 0 96 72" aria-hidden="true">
              <path class="ghost" d="M1 16V1h15M80 1h15v15M95 56v15H80M16 71H1V56"/>
              <rect class="first" x="14" y="22" width="30" height="34" rx="1"/><rect class="second" x="37" y="14" width="26" height="23" rx="1"/><rect class="third" x="58" y="31" width="24" height="26" rx="1"/>
            </svg>
            <h2><span class="with-mouse">Drop a picture here</span><span class="with-finger">Find what is in a picture</span></h2>
            <p><span class="with-mouse">or paste one. JPEG, PNG or WebP; several at once, or a folder.</span><span class="with-finger">JPEG, PNG or WebP; several at once if you like.</span></p>
            <div class="choices">
              <button type="button" id="choose" class="button primary">Choose pictures</button>
              <button type="button" id="look" class="button">Use the camera</button>
            </div>
            <p><button type="button" id="sample" class="link">No picture at hand? Try a drawn one</button></p>
            <div id="known" hidden><h3 id="known-title"></h3><ul id="known-list"></ul></div>
            <p class="fine">Pictures go to this server and nowhere else; it keeps none.</p>
          </div>
          <div id="drop" aria-hidden="true"><span>Drop to find what is in it</span></div>
          <div id="progress" aria-hidden="true" hidden></div>
          <p id="notice" hidden><span id="notice-text" role="status"></span> <span id="notice-time" aria-hidden="true"></span><button type="button" id="give-up" class="link">Give up</button></p>
          <div id="problem" role="alert"></div>
          <div id="zoom" role="group" aria-label="Zoom" hidden>
            <button type="button" id="zoom-out" aria-label="Zoom out" title="Zoom out (−)"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 8h8"/></svg></button>
            <button type="button" id="zoom-fit" aria-label="Show the whole picture" title="Whole picture (0)">100%</button>
            <button type="button" id="zoom-in" aria-label="Zoom in" title="Zoom in (+)"><svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 4v8M4 8h8"/></svg></button>
          </div>
          <div id="live" role="group" aria-label="Camera" hidden>
            <span id="rate"></span>
            <button type="button" id="keep" class="button primary">Keep this one</button>
            <button type="button" id="facing" class="button">Other camera</button>
            <button type="button" id="stop" class="button">Stop</button>
          </div>
        </div>
        <div id="facts">
          <p id="file"></p>
          <button type="button" id="clear" class="link">Clear</button>
          <div id="timing" hidden>
            <div id="timing-bar" aria-hidden="true"></div>
            <dl id="timing-parts"></dl>
          </div>
        </div>
        <div id="film" hidden>
          <ul id="strip" aria-label="Pictures"></ul>
        </div>
      </section>
      <section id="results" aria-labelledby="count" tabindex="-1">
        <h2 id="count"></h2>
        <div class="score">
          <p><label for="threshold">Score at least</label><output id="threshold-value" for="threshold"></output></p>
          <svg id="histogram" preserveAspectRatio="none" aria-hidden="true"></svg>
          <input id="threshold" type="range" min="0.05" max="1" step="0.01" value="0.3">
        </div>
        <div class="filter">
          <div id="classes" role="group" aria-label="Categories shown"></div>
          <button type="button" id="every-class" class="link" hidden>Show all categories</button>
        </div>
        <div id="list">
          <table>
            <caption class="spoken">Detections, best first; arrow keys go from one to the next</caption>
            <thead><tr><th scope="col">Category</th><th scope="col">Score</th><th scope="col">Size<span class="spoken"> in pixels</span></th></tr></thead>
            <tbody id="rows"></tbody>
          </table>
          <p id="nothing" hidden></p>
        </div>
        <div class="exports" role="group" aria-label="Take away what is shown">
          <button type="button" id="copy-json" class="button">Copy JSON</button>
          <button type="button" id="save-png" class="button">Save PNG</button>
          <button type="button" id="save-coco" class="button" title="All pictures, as filtered">Save COCO</button>
        </div>
        <p id="keys">In the picture, <kbd>arrow keys</kbd> go from box to box, <kbd>Esc</kbd> leaves them, <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> zoom, <kbd>L</kbd> hides the labels.</p>
      </section>
    </main>
    <p id="spoken" class="spoken" role="status"></p>
    <input id="files" type="file" accept="image/jpeg,image/png,image/webp" multiple hidden>
    <input id="capture" type="file" accept="image/jpeg,image/png,image/webp" capture="environment" hidden>
    <dialog id="token-dialog" aria-labelledby="token-title">
      <form id="token-form">
        <h2 id="token-title">This server asks for a token</h2>
        <p id="token-about"></p>
        <label for="token">Token</label>
        <input id="token" type="password" autocomplete="off" spellcheck="false" required>
        <p class="fine">Kept in this tab until it is closed.</p>
        <div class="choices">
          <button type="submit" class="button primary">Continue</button>
          <button type="button" id="token-cancel" class="button">Cancel</button>
        </div>
      </form>
    </dialog>
    <noscript><p class="noscript">This page needs JavaScript. Without it: <code>POST /v1/detections</code>, told in <a href="/openapi.json">openapi.json</a>.</p></noscript>
    </body>
    </html>

    """#

  /// The mark of the page in tabs and bookmarks.
  static let icon = #"""
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
    <style>path{fill:none;stroke:#1f56c3;stroke-width:3}circle{fill:#1f56c3}
    @media(prefers-color-scheme:dark){path{stroke:#8ab4ff}circle{fill:#8ab4ff}}</style>
    <path d="M3 8V3h5M16 3h5v5M21 16v5h-5M8 21H3v-5"/><circle cx="12" cy="12" r="4"/>
    </svg>

    """#
}
