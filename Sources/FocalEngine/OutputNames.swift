import Foundation

/// Names for what is made of pictures: each picture's own, numbered where several share it.
enum OutputNames {
  /// - Parameters:
  ///   - pictures: The pictures.
  ///   - reserved: Names that are in use.
  ///   - ending: The ending of a picture's name, by the picture.
  /// - Returns: A name for each, no two alike.
  static func names(
    of pictures: [URL],
    reserved: Set<String> = [],
    ending: (URL) -> String
  ) -> [String] {
    var used = reserved
    // Thousands of pictures may share a name, each in its own folder.
    var numbers: [String: Int] = [:]
    return pictures.map { picture in
      let stem = picture.deletingPathExtension().lastPathComponent
      let ending = ending(picture)
      let first = "\(stem).\(ending)"
      var name = first
      while !used.insert(name).inserted {
        let number = numbers[first, default: 1] + 1
        numbers[first] = number
        name = "\(stem)-\(number).\(ending)"
      }
      return name
    }
  }
}
