import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Everything a browser would show of a page, and what it would load.
final class PageReader: NSObject, XMLParserDelegate {
  private(set) var text = ""
  private(set) var attributes: [(element: String, name: String, value: String)] = []
  private(set) var count: [String: Int] = [:]
  private(set) var isWellFormed = false

  init(_ html: String) {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser,
    didStartElement element: String,
    namespaceURI: String?,
    qualifiedName: String?,
    attributes: [String: String]
  ) {
    count[element, default: 0] += 1
    self.attributes += attributes.map { (element, $0.key, $0.value) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func values(of name: String) -> [String] { attributes.filter { $0.name == name }.map(\.value) }
}
