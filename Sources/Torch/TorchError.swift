/// Why a tensor operation could not be done.
public struct TorchError: Error, Hashable, Sendable {
  /// The kind of failure, for programs; cases may be added.
  @nonexhaustive
  public enum Code: Int32, Hashable, Sendable {
    /// Shapes, dtypes, devices or values do not fit together.
    case invalid = 1
    /// An allocation failed.
    case outOfMemory = 2
    /// This build of LibTorch or this device lacks the operation.
    case unsupported = 3
    /// Any other failure inside LibTorch.
    case failed = 4
    /// Another process, with which this one computes, is gone.
    case disconnected = 5
  }

  /// The kind of failure.
  public let code: Code
  /// The operation that failed, as it is called in Swift: `conv2d`.
  public let operation: String
  /// The shapes of the operands, in the order of the call.
  public let shapes: [[Int]]
  /// What was found and what was expected, on one line.
  public let message: String

  /// Makes an error for an operation that LibTorch refused, or that was refused before it.
  /// - Parameters:
  ///   - code: The kind of failure.
  ///   - operation: The operation, as it is called in Swift.
  ///   - shapes: The shapes of the operands.
  ///   - message: What was found, what was expected, what to do; one line.
  public init(_ code: Code, operation: String, shapes: [[Int]], message: String) {
    self.code = code
    self.operation = operation
    self.shapes = shapes
    self.message = message
  }
}

extension TorchError: CustomStringConvertible {
  /// One line: operation, shapes, message.
  public var description: String {
    let operands = shapes.map { "\($0)" }.joined(separator: ", ")
    return operands.isEmpty
      ? "\(operation): \(message)" : "\(operation) of \(operands): \(message)"
  }
}
