import ArgumentParser

/// `focal anchors` as far as it goes without a recipe, and so without LibTorch.
package struct FileAnchorsCommand: ParsableCommand {
  @OptionGroup
  var options: AnchorsOptions

  package init() {}

  package func run() throws {
    try AnchorsJob(options).run()
  }
}
