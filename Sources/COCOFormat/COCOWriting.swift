extension COCOGroundTruth {
  /// The file as bytes: fixed order of keys, one entry a line.
  func jsonBytes(file: String) throws(COCOFormatError) -> [UInt8] {
    var writer = JSONWriter(file: file)
    writer.raw("{\"info\":{},\"licenses\":[],\n\"images\":[")
    for (index, image) in images.enumerated() {
      writer.raw(index == 0 ? "\n{\"id\":\(image.id),\"file_name\":" : ",\n{\"id\":\(image.id),\"file_name\":")
      writer.string(image.fileName)
      if image.hasSize { writer.raw(",\"width\":\(image.width),\"height\":\(image.height)") }
      writer.raw("}")
    }
    writer.raw("\n],\n\"categories\":[")
    for (index, category) in categories.enumerated() {
      writer.raw(index == 0 ? "\n{\"id\":\(category.id),\"name\":" : ",\n{\"id\":\(category.id),\"name\":")
      writer.string(category.name)
      writer.raw("}")
    }
    writer.raw("\n],\n\"annotations\":[")
    for (index, annotation) in annotations.enumerated() {
      writer.raw(index == 0 ? "\n{\"id\":\(annotation.id)" : ",\n{\"id\":\(annotation.id)")
      writer.raw(",\"image_id\":\(annotation.imageID),\"category_id\":\(annotation.categoryID),\"bbox\":")
      try writer.box(annotation.box, "annotations[\(index)].bbox")
      writer.raw(",\"area\":")
      try writer.number(annotation.area, "annotations[\(index)].area")
      writer.raw(annotation.isCrowd ? ",\"iscrowd\":1}" : ",\"iscrowd\":0}")
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
      writer.raw(index == 0 ? "\n{\"image_id\":" : ",\n{\"image_id\":")
      writer.raw("\(detection.imageID),\"category_id\":\(detection.categoryID),\"bbox\":")
      try writer.box(detection.box, "[\(index)].bbox")
      writer.raw(",\"score\":")
      try writer.number(detection.score, "[\(index)].score")
      writer.raw("}")
    }
    writer.raw("\n]\n")
    return writer.bytes
  }
}
