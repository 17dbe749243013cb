@testable import DetectionReport
import Testing

@Suite struct MarkupTests {
  @Test func `What is interpolated is escaped, what is written is not`() {
    let name = "<b>\"&' "
    let markup: Markup = "<i title=\"\(name)\">\(name)</i>"
    #expect(markup.text == "<i title=\"&lt;b&gt;&quot;&amp;&#39; \">&lt;b&gt;&quot;&amp;&#39; </i>")
  }

  @Test func `Markup in markup is not escaped again`() {
    let inner: Markup = "<b>\("&")</b>"
    #expect(
      ("<i>\(inner)\([inner, inner])\(3)</i>" as Markup).text
        == "<i><b>&amp;</b><b>&amp;</b><b>&amp;</b>3</i>"
    )
  }

  @Test func `Characters that no document may hold are replaced`() {
    #expect(
      Markup.escaped("a\u{0}b\u{1B}c\u{85}d\u{FFFE}e") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e"
    )
    #expect(Markup.escaped("a\tb\nc é\u{1F600}") == "a\tb\nc é\u{1F600}")
  }
}
