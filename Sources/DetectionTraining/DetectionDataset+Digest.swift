import BoxGeometry
import DetectionDatasets

extension DetectionDataset {
  /// Sixteen hexadecimal digits that change with any picture's name, size, number or boxes, and with their order.
  ///
  /// FNV-1a: against mistakes, not against malice. Where the pictures lie does not matter.
  var annotationDigest: String {
    var sum: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ value: UInt64) { sum = (sum ^ value) &* 0x100_0000_01B3 }
    func add(_ box: BoundingBox) {
      for value in [box.x1, box.y1, box.x2, box.y2] { add(UInt64(value.bitPattern)) }
    }
    for category in categories {
      add(UInt64(bitPattern: Int64(category.id)))
      for byte in category.name.utf8 { add(UInt64(byte)) }
    }
    for sample in samples {
      add(UInt64(bitPattern: Int64(sample.imageID)))
      for byte in sample.name.utf8 { add(UInt64(byte)) }
      for value in [sample.width, sample.height, sample.boxes.count] {
        add(UInt64(bitPattern: Int64(value)))
      }
      for labeled in sample.boxes {
        add(labeled.box)
        add(UInt64(bitPattern: Int64(labeled.label)))
      }
      for region in sample.ignoreRegions { add(region) }
    }
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
