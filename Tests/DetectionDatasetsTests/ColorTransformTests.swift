import BoxGeometry
import Raster
import Testing

@testable import DetectionDatasets

@Suite struct ColorTransformTests {
  private let image = RasterImage(width: 2, height: 1, pixels: [100, 50, 200, 40, 80, 120])

  @Test func `brightness multiplies and clips`() {
    var color = ColorTransform()
    color.brightness = 1.5
    #expect(color(image).pixels == [150, 75, 255, 60, 120, 180])
  }

  @Test func `contrast moves values about the mean gray`() {
    // Grays 0.299 r + 0.587 g + 0.114 b are 82.05 and 72.6, their mean 77.325.
    var color = ColorTransform()
    color.contrast = 0.5
    #expect(color(image).pixels == [89, 64, 139, 59, 79, 99])
  }

  @Test func `saturation moves values about the pixel's own gray`() {
    var color = ColorTransform()
    color.saturation = 0
    #expect(color(image).pixels == [82, 82, 82, 73, 73, 73])
  }

  @Test func `a third of the circle moves each colour on to the next`() {
    var color = ColorTransform()
    color.hue = 2 * .pi / 3
    #expect(color(image).pixels == [200, 100, 50, 120, 40, 80])
  }

  @Test func `gray stays gray under saturation and hue`() {
    var color = ColorTransform()
    color.saturation = 1.7
    color.hue = 1.1
    let gray = RasterImage(width: 3, height: 2, red: 77, green: 77, blue: 77)
    #expect(color(gray) == gray)
  }

  @Test func `the identity leaves every byte`() {
    #expect(ColorTransform().isIdentity)
    #expect(ColorTransform()(image) == image)
  }
}
