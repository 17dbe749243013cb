import DetectionModels
import Torch
import TorchNN

/// Copies tensors of a file into those of a network, and takes down what became of each.
struct WeightLoading {
  let file: WeightFile
  var report: WeightReport
  private var used: Set<String> = []

  init(_ file: WeightFile, network: String) {
    self.file = file
    report = WeightReport(file, network: network)
  }

  /// Copies one tensor of the same shape.
  mutating func load(_ entry: WeightFile.Entry, into target: NamedTensor) throws {
    try copy(values(of: entry), of: entry, into: target)
  }

  /// Copies the rows of the classification head that are to be kept.
  mutating func load(
    _ entry: WeightFile.Entry,
    rows: ClassRows,
    into target: NamedTensor,
    prior: Double
  ) throws {
    let merged = try rows.merged(target.tensor, with: values(of: entry))
    try copy(merged, of: entry, into: target)
    guard rows.hasFreshRows else { return }
    let isAll = !rows.sources.contains { $0 != nil }
    report.reinitialized.append(
      .init(
        name: target.name,
        reason: isAll
          ? "no class of the file's: probability \(prior)"
          : "rows of classes that the file lacks: probability \(prior)"
      )
    )
    if isAll {
      report.loaded.removeLast()
      report.loadedElements -= target.tensor.count
    }
  }

  private mutating func copy(
    _ values: Tensor,
    of entry: WeightFile.Entry,
    into target: NamedTensor
  ) throws {
    try withoutGradient { try target.tensor.copy_(values) }
    used.insert(entry.name)
    report.loaded.append(target.name)
    report.loadedElements += target.tensor.count
  }

  /// Takes down the tensors of the file that nothing was made of.
  mutating func finish() {
    for name in file.tensors.keys.sorted() where !used.contains(name) {
      if report.mismatched.contains(where: { $0.name == name }) { continue }
      report.skipped.append(.init(name: name, reason: "the network has no such tensor"))
    }
  }

  /// The elements in single precision, refused where no network can compute with them.
  private func values(of entry: WeightFile.Entry) throws -> Tensor {
    guard entry.isFloatingPoint else {
      throw file.fault(
        .unusableValues,
        entry.nameInFile,
        "its elements are of the type \(entry.dtype), expected floating-point numbers"
      )
    }
    let values = try entry.read().to(.float32)
    // x − x is 0 for every number, and not a number for the infinities and what is none itself.
    guard try values.count == 0 || (values - values).sum().item() == 0 else {
      throw file.fault(
        .unusableValues,
        entry.nameInFile,
        "it holds infinities or what is not a number, expected finite weights; was the training that wrote it "
          + "divergent?"
      )
    }
    return values
  }
}
