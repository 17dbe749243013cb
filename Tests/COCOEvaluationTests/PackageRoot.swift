import Foundation

/// The folder that holds Package.swift and Sources.
let packageRoot: URL = {
  var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
  while folder.path != "/", folder.lastPathComponent != "Tests" { folder.deleteLastPathComponent() }
  return folder.deletingLastPathComponent()
}()

/// A folder of the data beside the package; `nil` where it is absent.
func sharedData(_ name: String) -> URL? {
  let folder = packageRoot.appending(path: "../shared/data/\(name)").standardizedFileURL
  return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
}
