import ArgumentParser

/// `focal inspect` as far as it goes without a recipe, and so without LibTorch.
package struct FileInspectCommand: ParsableCommand {
  @OptionGroup
  var options: InspectOptions

  package init() {}

  package func run() throws {
    try InspectionJob(options).run()
  }
}
