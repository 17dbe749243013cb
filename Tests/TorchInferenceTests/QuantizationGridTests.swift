import Testing
import Torch
import TorchInference

// The oracle is the rule, written out for one number.
@Suite struct QuantizationGridTests {
  private static let grids = [
    QuantizationGrid(scale: 1, zero: 0), QuantizationGrid(scale: 1, zero: 128),
    QuantizationGrid(scale: 0.037, zero: 17), QuantizationGrid(scale: 3e-5, zero: 255),
    QuantizationGrid(scale: 7e20, zero: 3),
  ]

  private func code(_ value: Float, _ grid: QuantizationGrid) -> UInt8 {
    if value.isNaN { return 0 }
    let place = (value * Float(1 / grid.scale)).rounded(.toNearestOrEven) + Float(grid.zero)
    return place > 255 ? 255 : place > 0 ? UInt8(place) : 0
  }

  private func codes(_ tensor: Tensor) throws -> [UInt8] {
    try tensor.contiguous().withUnsafeBytes { Array($0) }
  }

  @Test func `by hand: halves go to the even neighbour, ends hold what is beyond them`() throws {
    let values: [Float] = [
      0, 0.5, 1.5, 2.5, -0.5, -1.5, 126.6, 200, -200, .infinity, -.infinity, .nan,
    ]
    let found = try Tensor(values).quantized(QuantizationGrid(scale: 1, zero: 128))
    #expect(try codes(found) == [128, 128, 130, 130, 128, 126, 255, 255, 0, 255, 0, 0])
    let numbers = try Tensor([UInt8(0), 5, 6, 255]).dequantized(
      QuantizationGrid(scale: 0.5, zero: 5),
      to: .float32
    )
    #expect(try numbers.floats() == [-2.5, 0, 0.5, 125])
  }

  @Test(arguments: grids)
  func `every bfloat16 there is becomes what the rule says`(grid: QuantizationGrid) throws {
    let values = (0..<65536).map { Float(bitPattern: UInt32($0) << 16) }
    let found = try codes(Tensor(values).to(.bfloat16).quantized(grid))
    let expected = values.map { code($0, grid) }
    #expect(found == expected)
  }

  @Test(arguments: grids)
  func `float32 of any count does, at the ends of vectors and blocks too`(
    grid: QuantizationGrid
  ) throws {
    var bits: UInt32 = 1
    for count in [0, 1, 7, 15, 16, 17, 33, 1000, 16383, 16384, 16385, 40_000] {
      let values = (0..<count).map { index -> Float in
        bits = bits &* 1_664_525 &+ 1_013_904_223
        // Any bits at all, numbers around the grid, and ties.
        switch index % 3 {
        case 0: return Float(bitPattern: bits)
        case 1: return Float(grid.scale) * (Float(bits >> 8) / 0x1p15 - 200)
        default: return Float(grid.scale) * (Float(bits >> 23) - 255.5)
        }
      }
      let found = try codes(Tensor(values).quantized(grid))
      #expect(found == values.map { code($0, grid) }, "\(count)")
    }
  }

  @Test(arguments: grids)
  func `every code stands for its number, rounded once to float32`(grid: QuantizationGrid) throws {
    let all = (0..<1000).map { UInt8($0 % 256) }
    let exact = all.map { Float(Double(Int($0) - grid.zero) * grid.scale) }
    #expect(try Tensor(all).dequantized(grid, to: .float32).floats() == exact)
    let short = try Tensor(all).dequantized(grid, to: .bfloat16)
    #expect(short.dtype == .bfloat16)
    #expect(try short.to(.float32).floats() == Tensor(exact).to(.bfloat16).to(.float32).floats())
  }

  @Test func `shape and order in memory stay, gaps do not matter`() throws {
    let grid = QuantizationGrid(scale: 1, zero: 0)
    let values = try Tensor((0..<120).map { Float($0) }, shape: [1, 4, 5, 6])
    let rows = try values.channelsLast()
    let codes = try rows.quantized(grid)
    #expect(codes.isChannelsLast && codes.shape == [1, 4, 5, 6])
    #expect(try codes.to(.float32).floats() == values.floats())
    #expect(try codes.dequantized(grid, to: .float32).isChannelsLast)
    for whole in [values, rows] {
      let part = try whole.narrow(dim: 3, start: 1, length: 3)
      #expect(try part.quantized(grid).to(.float32).floats() == part.floats())
      let picked = try codes.narrow(dim: 3, start: 1, length: 3)
      #expect(try picked.dequantized(grid, to: .float32).floats() == part.floats())
    }
  }

  @Test func `numbers that are no codes are refused`() throws {
    let error = #expect(throws: TorchError.self) {
      try Tensor([Float(1)]).dequantized(QuantizationGrid(scale: 1, zero: 0), to: .float32)
    }
    #expect(error?.operation == "dequantized")
  }

  @Test func `a grid covers a range and holds 0`() throws {
    #expect(QuantizationGrid(covering: 0...255) == QuantizationGrid(scale: 1, zero: 0))
    #expect(QuantizationGrid(covering: -255...0) == QuantizationGrid(scale: 1, zero: 255))
    #expect(QuantizationGrid(covering: -100...155) == QuantizationGrid(scale: 1, zero: 100))
    // What does not hold 0 is widened; 0 alone has a grid too.
    #expect(QuantizationGrid(covering: 100...255) == QuantizationGrid(scale: 1, zero: 0))
    #expect(QuantizationGrid(covering: 0...0) == QuantizationGrid(scale: 1, zero: 0))
  }
}
