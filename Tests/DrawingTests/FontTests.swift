import Drawing
import Testing

struct FontTests {
  @Test func `widths grow with the size and with the text`() {
    let small = Font(size: 10).extents(of: "arrow")
    let large = Font(size: 20).extents(of: "arrow")
    #expect(small.width > 10)
    #expect(abs(large.width - 2 * small.width) < 1e-9)
    #expect(abs(large.ascent - 2 * small.ascent) < 1e-9)
    #expect(small.ascent > small.descent && small.descent > 0)
    #expect(Font(size: 10).extents(of: "arrow arrow").width > 2 * small.width)
    #expect(Font(size: 10, weight: .bold).extents(of: "arrow").width > small.width)
  }

  @Test func `no text, or a size that is none, measures nothing`() {
    #expect(Font(size: 10).extents(of: "").width == 0)
    for size in [0, -1, Double.nan, .infinity] {
      #expect(Font(size: size).extents(of: "text").width == 0)
    }
  }

  @Test func `text is cut to a width with an ellipsis`() {
    let font = Font(size: 12)
    let text = "a category with a name that never ends"
    #expect(font.truncated(text, toWidth: 1000) == text)
    let cut = font.truncated(text, toWidth: 80)
    #expect(cut.hasSuffix("…") && text.hasPrefix(cut.dropLast()))
    #expect(font.extents(of: cut).width <= 80)
    #expect(font.truncated(text, toWidth: 3) == "")
  }

  @Test func `control characters neither cut the text nor widen it`() {
    let font = Font(size: 12)
    #expect(font.extents(of: "a\0b").width == font.extents(of: "ab").width)
    #expect(font.extents(of: "a\nb").width == font.extents(of: "a b").width)
  }
}
