public import Torch

/// A part of a network: it has tensors, or parts that have, and each has a name.
///
/// A class of stored properties is enough: tensors become parameters; modules, optional modules and
/// arrays of modules become children. Names follow the properties, in `snake_case` as in
/// torchvision's files: `innerBlocks[0].conv.weight` is `inner_blocks.0.conv.weight`. A module with
/// buffers, or with other names, implements ``members`` itself.
public protocol Module: AnyObject {
  /// The tensors and children, in the order of declaration.
  var members: [ModuleMember] { get }
}

/// One tensor or child of a module, under its own name.
public enum ModuleMember {
  /// A tensor that is trained.
  case parameter(String, Tensor)
  /// A tensor that belongs to the state but is not trained, as running statistics.
  case buffer(String, Tensor)
  /// A part; its names are put after this one and a dot.
  case module(String, any Module)
}

extension Module {
  /// The stored properties that are tensors, modules or arrays of modules.
  public var members: [ModuleMember] {
    var members: [ModuleMember] = []
    var mirror: Mirror? = Mirror(reflecting: self)
    while let level = mirror {
      members.insert(contentsOf: level.children.flatMap(membersOfProperty), at: 0)
      mirror = level.superclassMirror
    }
    return members
  }
}

private func membersOfProperty(_ property: Mirror.Child) -> [ModuleMember] {
  guard let label = property.label else { return [] }
  let name = snakeCase(label)
  switch property.value {
  case let tensor as Tensor: return [.parameter(name, tensor)]
  case let module as any Module: return [.module(name, module)]
  case let modules as [any Module]:
    return modules.enumerated().map { .module("\(name).\($0.offset)", $0.element) }
  default: return []
  }
}

func snakeCase(_ name: String) -> String {
  var result = ""
  var previousIsUpper = true
  for character in name {
    if character.isUppercase && !previousIsUpper { result.append("_") }
    result.append(contentsOf: character.lowercased())
    previousIsUpper = character.isUppercase
  }
  return result
}
