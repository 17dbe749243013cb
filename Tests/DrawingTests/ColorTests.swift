import Drawing
import Testing

struct ColorTests {
  @Test func `six digits are red, green and blue`() {
    let color = Color(hex: 0xFF8000)
    #expect(color.red == 1)
    #expect(color.green == 128.0 / 255)
    #expect(color.blue == 0)
    #expect(color.alpha == 1)
  }

  @Test func `ink on a colour is the one that contrasts more`() {
    #expect(Color.white.readableInk == .black)
    #expect(Color.black.readableInk == .white)
    #expect(Color(hex: 0xF0E442).readableInk == .black)
    #expect(Color(hex: 0x882255).readableInk == .white)
  }

  @Test func `the palette has a colour for any index and neighbours differ`() {
    for index in [Int.min, -1, 0, 1, 13, 14, 1000, Int.max - 1] {
      let color = Color.palette(index)
      #expect((0...1).contains(color.red) && (0...1).contains(color.green))
      #expect(color != Color.palette(index &+ 1))
    }
    #expect(Set((0..<42).map(Color.palette)).count == 42)
  }

  @Test func `mixing goes from one colour to the other`() {
    #expect(Color.black.mixed(with: .white, 0) == .black)
    #expect(Color.black.mixed(with: .white, 1) == .white)
    #expect(Color.black.mixed(with: .white, 0.25) == Color(white: 0.25))
  }
}
