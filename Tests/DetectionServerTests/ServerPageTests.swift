import Testing

@testable import DetectionServer

@Suite
struct ServerPageTests {
  private let html = ServerPage.html
  private let script = PageScript.text
  private let style = PageStyle.text

  private func ids() -> [String] { html.matches(of: /\bid="([^"]+)"/).map { String($0.1) } }

  @Test
  func `no asset names an address outside the server`() {
    for asset in ServerPage.assets {
      // SVG in a file of its own has to name its language; nobody asks for that address.
      let body = asset.body.replacing(#"xmlns="http://www.w3.org/2000/svg""#, with: "")
      for sign in ["://", "http:", "https:", "@import", "url(", #""//"#] {
        #expect(!body.contains(sign), "\(asset.path) has \(sign)")
      }
    }
  }

  @Test
  func `what the document loads and links to is served`() {
    let served = Set(ServerPage.assets.map(\.path) + ["/openapi.json"])
    let named = html.matches(of: /\b(?:src|href)="([^"#]+)"/).map { String($0.1) }
    #expect(named.count == 4)
    for path in named { #expect(served.contains(path), "\(path)") }
    #expect(Set(ServerPage.assets.map(\.path)).count == ServerPage.assets.count)
    #expect(ServerPage.assets.first?.body == html)
  }

  @Test
  func `ids are given once, and whatever refers to one finds it`() {
    let given = ids()
    #expect(Set(given).count == given.count)
    let lists = html.matches(of: /\b(?:for|aria-labelledby|aria-describedby)="([^"]+)"/)
    let links = html.matches(of: /\bhref="#([^"]+)"/)
    let named = lists.flatMap { $0.1.split(separator: " ") } + links.map(\.1)
    #expect(named.count > 5)
    for id in named { #expect(given.contains(String(id)), "\(id)") }
  }

  @Test
  func `every id that the script or the style looks for is in the document`() {
    let given = Set(ids())
    let called = script.matches(of: /\bone\("([^"]+)"\)/).map { String($0.1) }
    let listed = script.matches(of: /const id of \[([^\]]+)\]/).flatMap { list in
      list.1.matches(of: /"([^"]+)"/).map { String($0.1) }
    }
    #expect(called.count > 60)
    #expect(listed.count > 5)
    // Colours, which begin with the same sign, stand behind a colon.
    let selectors = style.replacing(/[-a-z]+:[^;{}]*;/, with: "").matches(of: /#([a-z][a-z-]*)/)
    #expect(selectors.count > 40)
    for id in called + listed + selectors.map({ String($0.1) }) {
      #expect(given.contains(id), "\(id)")
    }
  }

  @Test
  func `no id is there for nothing`() {
    for id in ids() {
      let mentions = ["\"\(id)\"", "#\(id)\""].reduce(0) { $0 + html.ranges(of: $1).count }
      let isNamed =
        mentions > 1 || script.contains("\"\(id)\"") || style.contains("#\(id)")
      #expect(isNamed, "\(id)")
    }
  }

  @Test
  func `the policy lets nothing but the server's own files in`() {
    let policy = ServerPage.contentSecurityPolicy
    #expect(policy.hasPrefix("default-src 'none'; "))
    for sign in ["unsafe", "*", "http", "data:", "\n"] {
      #expect(!policy.contains(sign), "\(sign)")
    }
    for rule in ["base-uri", "form-action", "frame-ancestors", "trusted-types"] {
      #expect(policy.contains("\(rule) 'none'"))
    }
    for rule in ["script-src", "style-src", "connect-src"] {
      #expect(policy.contains("\(rule) 'self';"))
    }
  }

  @Test
  func `nothing on the page would have to be excepted from the policy`() {
    #expect(html.matches(of: /<script[^>]*><\/script>/).count == 1)
    #expect(html.matches(of: /<script/).count == 1)
    #expect(!html.contains("<style"))
    #expect(!html.contains(/\sstyle=/))
    #expect(!html.contains(/\son[a-z]+=/))
    for call in [
      "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(",
      "srcdoc", "DOMParser", "createContextualFragment", "javascript:", #"setAttribute("style"#,
    ] {
      #expect(!script.contains(call), "\(call)")
    }
  }

  @Test
  func `what stays after the tab was closed is the theme alone`() {
    let kept = script.matches(of: /localStorage\.setItem\("([^"]+)"/).map { String($0.1) }
    #expect(kept == ["focal-theme"])
    #expect(script.contains(#"sessionStorage.setItem("focal-token""#))
    #expect(!script.contains("document.cookie"))
  }

  @Test
  func `all that is loaded is smaller than one photograph`() {
    let size = ServerPage.assets.reduce(0) { $0 + $1.body.utf8.count }
    #expect(size < 120_000)
    for asset in ServerPage.assets { #expect(asset.body.hasSuffix("\n"), "\(asset.path)") }
  }

  @Test
  func `an entity tag is that of the body`() {
    // FNV-1a of 64 bits, as its authors' table has it.
    #expect(PageAsset(path: "/", contentType: "", body: "").entityTag == "\"cbf29ce484222325\"")
    #expect(PageAsset(path: "/", contentType: "", body: "a").entityTag == "\"af63dc4c8601ec8c\"")
    #expect(Set(ServerPage.assets.map(\.entityTag)).count == ServerPage.assets.count)
  }
}
