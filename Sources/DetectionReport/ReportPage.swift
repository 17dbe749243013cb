import FileErrors
import Foundation

/// The frame of every page: what a browser has to know before it sees the content.
enum ReportPage {
  /// A page that cannot load anything, whatever a name in it says.
  ///
  /// - Parameters:
  ///   - title: The title, as text.
  ///   - style: CSS without `<` and `&`.
  ///   - body: The content.
  ///   - script: JavaScript without `]]>` and `</`; empty for a page without.
  /// - Returns: HTML that is also well-formed XML.
  static func html(title: String, style: String, body: Markup, script: String = "") -> String {
    let policy =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
      + (script.isEmpty ? "" : "; script-src 'unsafe-inline'")
    // The marks of a CDATA section are comments to HTML, and make the script text to XML.
    let program = script.isEmpty ? "" : "<script>//<![CDATA[\n\(script)//]]></script>\n"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta name="referrer" content="no-referrer"/>
      <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
      <title>\(Markup.escaped(title))</title>
      <style>
      \(style)</style>
      </head>
      <body>
      \(body.text)
      \(program)</body>
      </html>

      """
  }

  /// Writes a page; the file is there whole or not at all.
  ///
  /// - Parameters:
  ///   - html: The page.
  ///   - url: Where to; its folder must exist.
  /// - Throws: ``ReportError`` naming the file.
  static func write(_ html: String, to url: URL) throws(ReportError) {
    do { try Data(html.utf8).write(to: url, options: .atomic) } catch {
      throw ReportError(
        code: .unwritable,
        file: url.path,
        message: "cannot write the report: \(FileReason(error))"
      )
    }
  }
}
