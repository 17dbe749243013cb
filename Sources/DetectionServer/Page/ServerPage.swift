/// The page of a server: `GET /` and what it loads, held in the program so that nothing lies beside the binary.
///
/// Serve each of ``assets`` at its path, to `GET` and `HEAD`, without asking for the bearer token: there is
/// nothing of the model in them. Every answer carries `Content-Type`, `ETag` (a request whose `If-None-Match`
/// names it is answered 304), `Cache-Control: no-cache` and ``securityHeaders``. The page asks this server for
/// `/v1/model` and `/v1/detections` and nobody for anything else.
package enum ServerPage {
  /// The document of `GET /`.
  package static let html = PageMarkup.html

  /// What the page may do: load from this server, show pictures that it was given, ask this server.
  ///
  /// No script but the server's own file and none written into the document, no frame around it, no form
  /// that leads elsewhere; with trusted types the browser refuses to make markup from text at all.
  package static let contentSecurityPolicy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:",
    "media-src 'self' blob:", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
    "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
  ]
  .joined(separator: "; ")

  /// Headers of every asset, by name.
  package static let securityHeaders = [
    (name: "Content-Security-Policy", value: contentSecurityPolicy),
    (name: "X-Content-Type-Options", value: "nosniff"),
    (name: "Referrer-Policy", value: "no-referrer"),
    (name: "Cross-Origin-Opener-Policy", value: "same-origin"),
    (name: "Permissions-Policy", value: "camera=(self), microphone=(), geolocation=()"),
  ]

  /// The document and what it loads; each at a path of its own.
  package static let assets = [
    PageAsset(path: "/", contentType: "text/html; charset=utf-8", body: html),
    PageAsset(path: "/page.css", contentType: "text/css; charset=utf-8", body: PageStyle.text),
    PageAsset(
      path: "/page.js",
      contentType: "text/javascript; charset=utf-8",
      body: PageScript.text
    ),
    PageAsset(path: "/favicon.svg", contentType: "image/svg+xml", body: PageMarkup.icon),
  ]
}
