extension COCOGroundTruth {
  /// The file as bytes: fixed order of keys, one entry a line.
  func jsonBytes(
    file: String,
    difficult: Set<Int> = []
  ) throws(COCOFormatError) -> [UInt8] {
    var writer = JSONWriter(file: file)
    writer.raw("{\"info\":{},\"licenses\":[],\n\"images\":[")
    for (index, image) in images.enumerated() {
      writer.separator(index)
      writer.raw("{\"id\":\(image.id),\"file_name\":")
      writer.string(image.fileName)
      if image.hasSize { writer.raw(",\"width\":\(image.width),\"height\":\(image.height)") }
      writer.raw("}")
    }
    writer.raw("\n],\n\"categories\":[")
    for (index, category) in categories.enumerated() {
      writer.separator(index)
      writer.raw("{\"id\":\(category.id),\"name\":")
      writer.string(category.name)
      writer.raw("}")
    }
    writer.raw("\n],\n\"annotations\":[")
    for (index, annotation) in annotations.enumerated() {
      writer.separator(index)
      writer.raw("{\"id\":\(annotation.id),\"image_id\":\(annotation.imageID)")
      writer.raw(",\"category_id\":\(annotation.categoryID),\"bbox\":")
      try writer.box(annotation.box, "annotations[\(index)].bbox")
      writer.raw(",\"area\":")
      try writer.number(annotation.area, "annotations[\(index)].area")
      writer.raw(annotation.isCrowd ? ",\"iscrowd\":1" : ",\"iscrowd\":0")
      writer.raw(difficult.contains(annotation.id) ? ",\"difficult\":1}" : "}")
    }
    writer.raw("\n]}\n")
    return writer.bytes
  }
}

extension COCODetections {
  /// The file as bytes: fixed order of keys, one detection a line.
  func jsonBytes(file: String) throws(COCOFormatError) -> [UInt8] {
    var writer = JSONWriter(file: file)
    writer.raw("[")
    for (index, detection) in detections.enumerated() {
      writer.separator(index)
      writer.raw("{\"image_id\":\(detection.imageID)")
      writer.raw(",\"category_id\":\(detection.categoryID),\"bbox\":")
      try writer.box(detection.box, "[\(index)].bbox")
      writer.raw(",\"score\":")
      try writer.number(detection.score, "[\(index)].score")
      writer.raw("}")
    }
    writer.raw("\n]\n")
    return writer.bytes
  }
}
