import Foundation

/// Which data a run was started with; kept in its folder so that `--resume` needs nothing else.
package struct RunData: Codable, Hashable, Sendable {
  package var train: String
  package var validation: String
  package var images: String?

  package init(train: String, validation: String, images: String?) {
    self.train = train
    self.validation = validation
    self.images = images
  }

  /// Writes it to a run's folder.
  package func write(to folder: RunFolder) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: folder.data, options: .atomic)
  }

  /// Reads it from a run's folder.
  package init(contentsOf folder: RunFolder) throws {
    let data: Data
    do {
      data = try Data(contentsOf: folder.data)
    } catch {
      throw TrainingError(
        code: .nothingToResume,
        message:
          "\(folder.url.path): no run to resume here: expected \(folder.data.lastPathComponent), "
          + "recipe.yaml and checkpoints/; start one with --train, --val and --out"
      )
    }
    do {
      self = try JSONDecoder().decode(RunData.self, from: data)
    } catch {
      throw TrainingError(
        code: .nothingToResume,
        message:
          "\(folder.data.path): not what a run writes; give --train and --val again in a new folder"
      )
    }
  }
}
