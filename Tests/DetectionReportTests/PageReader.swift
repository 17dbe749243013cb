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
  private var isFaulty = false

  init(_ html: String) {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    // Where tags do not match, some parsers go on and report only here.
    isWellFormed = parser.parse() && !isFaulty && parser.parserError == nil
  }

  func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { isFaulty = true }

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
