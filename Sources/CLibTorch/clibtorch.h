/// LibTorch is C++: nothing of it is visible to Swift. This header is empty on purpose; the module
/// exists so that SwiftPM passes on the compiler and linker flags of `libtorch.pc`.
