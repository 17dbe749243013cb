import CTorch

/// Where a tensor's elements are and its operations run.
public struct Device: Hashable, Sendable {
  let kind: Int8
  let index: Int8

  /// Main memory.
  public static let cpu = Device(kind: Int8(CT_CPU), index: 0)

  /// A CUDA device; it exists only where ``TorchRuntime/isCUDAAvailable`` is true.
  /// - Parameter index: The number of the device, from 0.
  /// - Returns: The device; operations on it throw where it does not exist.
  public static func cuda(_ index: Int = 0) -> Device {
    precondition((0...Int(Int8.max)).contains(index), "a device index is in 0...127")
    return Device(kind: Int8(CT_CUDA), index: Int8(index))
  }

  init(kind: Int8, index: Int8) {
    self.kind = kind
    self.index = index
  }

  init(_ device: ct_device) {
    self.init(kind: device.kind, index: device.index)
  }

  var shimValue: ct_device { ct_device(kind: kind, index: index) }

  /// Whether this is main memory.
  public var isCPU: Bool { kind == Int8(CT_CPU) }
}

extension Device: CustomStringConvertible {
  /// `cpu` or `cuda:INDEX`.
  public var description: String { isCPU ? "cpu" : "cuda:\(index)" }
}
