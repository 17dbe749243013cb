import Drawing
import Testing

@testable import DetectionReport

@Suite struct ChartPaletteTests {
  @Test(arguments: [ChartPalette.categorical, .sequential])
  func `every colour stands out from white paper`(palette: ChartPalette) {
    for index in 0..<5 {
      let color = palette.color(index, of: 5)
      // WCAG 2.1 asks 3 : 1 of graphics.
      #expect(1.05 / (color.luminance + 0.05) >= 3, "\(index): \(color)")
    }
  }

  @Test(arguments: 2...8)
  func `lightness alone orders a sequence`(count: Int) {
    let lightness = (0..<count).map { ChartPalette.sequential.color($0, of: count).luminance }
    for (darker, lighter) in zip(lightness, lightness.dropFirst()) { #expect(darker < lighter) }
  }

  @Test func `a sequence begins and ends at the ends of its ramp`() {
    #expect(ChartPalette.sequential.color(0, of: 5) == Color(hex: 0x22252B))
    #expect(ChartPalette.sequential.color(4, of: 5) == Color(hex: 0xE8742F))
    #expect(ChartPalette.sequential.color(0, of: 1) == Color(hex: 0x22252B))
  }

  @Test func `no index is wrong`() {
    let kinds = ChartPalette.categorical
    #expect(kinds.color(5, of: 6) == kinds.color(0, of: 6))
    #expect(kinds.color(-1, of: 2) == kinds.color(4, of: 2))
    #expect(ChartPalette.sequential.color(9, of: 3) == Color(hex: 0xE8742F))
    #expect(ChartPalette.sequential.color(-2, of: 3) == Color(hex: 0x22252B))
  }

  @Test func `a graduated colour belongs to its place, whatever else is drawn`() {
    let palette = ChartPalette.graduated(1201)
    for count in [1, 5, 900] {
      #expect(palette.color(0, of: count) == Color(hex: 0x22252B))
      #expect(palette.color(720, of: count) == Color(hex: 0xD63A78))
      #expect(palette.color(960, of: count) == Color(hex: 0xE8742F))
    }
    #expect(palette.color(1200, of: 2) != palette.color(960, of: 2))
  }
}
