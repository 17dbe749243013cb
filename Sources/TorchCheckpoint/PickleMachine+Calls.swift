/// The instructions that would call something in Python. Here each of the few allowed names has its
/// meaning written out.
extension PickleMachine {
  mutating func pushGlobal() throws(TorchCheckpointError) {
    let module = try cursor.line(maximumByteCount: 1024)
    let name = try cursor.line(maximumByteCount: 1024)
    try push(
      .global(
        try global(String(decoding: module, as: UTF8.self), String(decoding: name, as: UTF8.self))
      )
    )
  }

  mutating func pushStackGlobal() throws(TorchCheckpointError) {
    let items = try pop(2)
    guard let module = heap.string(items[0]), let name = heap.string(items[1]) else {
      throw malformed("a class or function is named by something that is not a string")
    }
    try push(.global(try global(module, name)))
  }

  private func global(
    _ module: String,
    _ name: String
  ) throws(TorchCheckpointError) -> PickleGlobal {
    do throws(PickleGlobal.Refusal) {
      return try PickleGlobal(module: module, name: name)
    } catch {
      let full = quoted("\(module).\(name)")
      switch error {
      case .unsupportedElements:
        throw fault(
          .unsupportedDType,
          "the checkpoint has elements of the type \(full); real numbers of 16 to 64 bits, "
            + "integers and truth values are read, convert them in Python first"
        )
      case .forbidden:
        throw fault(
          .forbiddenGlobal,
          "the checkpoint asks Python for \(full), which a checkpoint of tensors does not need; "
            + "nothing was executed. Keep model.state_dict() alone, saved with torch.save"
        )
      }
    }
  }

  mutating func reduce() throws(TorchCheckpointError) {
    let items = try pop(2)
    guard case .global(let global) = items[0], let arguments = heap.tuple(items[1]) else {
      throw malformed("\(items[0].kind(in: heap)) is called with \(items[1].kind(in: heap))")
    }
    switch global {
    case .dictionary: try push(try dictionary(arguments))
    case .rebuildTensor(let version): try push(try tensor(arguments, version: version))
    case .parameter: try push(try parameter(arguments))
    case .size:
      guard arguments.count == 1, heap.tuple(arguments[0]) != nil else {
        throw malformed("torch.Size is made of something that is not one tuple")
      }
      try push(arguments[0])
    case .opaque(let name): try push(.opaque(name))
    case .storage, .dtype: throw malformed("a type of elements is called")
    }
  }

  mutating func makeObject() throws(TorchCheckpointError) {
    let items = try pop(2)
    guard case .global(let global) = items[0], let arguments = heap.tuple(items[1]) else {
      throw malformed("an object is made of \(items[0].kind(in: heap))")
    }
    switch global {
    case .opaque(let name): try push(.opaque(name))
    case .dictionary: try push(try dictionary(arguments))
    case .parameter: try push(try parameter(arguments))
    default: throw malformed("an object is made of a function")
    }
  }

  /// Gives the value on the stack its attributes, none of which matter here: the versions of layers
  /// beside a state dict, the arguments of a script, whether a parameter needs gradients.
  mutating func build() throws(TorchCheckpointError) {
    let items = try pop(2)
    let takes =
      switch items[0] {
      case .opaque: true
      case .container(let index): heap.containers[index].kind == .dictionary
      // As PyTorch 0.1 to 0.3 wrote parameters: (requires_grad, volatile, hooks).
      case .tensor: heap.tuple(items[1])?.count == 3
      default: false
      }
    guard takes else {
      throw malformed(
        "\(items[0].kind(in: heap)) is given \(items[1].kind(in: heap)) for attributes"
      )
    }
    try push(items[0])
  }

  /// A dictionary of nothing, of another one (as Counter writes itself), or of a list of pairs (as
  /// OrderedDict did in Python 2).
  private mutating func dictionary(
    _ arguments: [PickleItem]
  ) throws(TorchCheckpointError) -> PickleItem {
    let made = heap.container(.dictionary)
    guard let argument = arguments.first else { return made }
    guard arguments.count == 1, case .container(let index) = argument else {
      throw malformed("a dictionary is made of \(argument.kind(in: heap))")
    }
    let source = heap.containers[index]
    try charge(source.items.count)
    if source.kind == .dictionary {
      try insert(source.items, into: made)
      return made
    }
    for item in source.items {
      guard case .container(let pair) = item, heap.containers[pair].items.count == 2,
        heap.containers[pair].kind != .dictionary
      else { throw malformed("a dictionary is made of something that is not pairs") }
      try insert(heap.containers[pair].items, into: made)
    }
    return made
  }

  /// A parameter is its tensor; what else is said of it does not change a number.
  private func parameter(
    _ arguments: [PickleItem]
  ) throws(TorchCheckpointError) -> PickleItem {
    guard let first = arguments.first, case .tensor = first, arguments.count <= 4 else {
      throw malformed(
        "a parameter is made of \(arguments.first?.kind(in: heap) ?? "nothing"), not of a tensor"
      )
    }
    return first
  }
}
