import Testing

@testable import WeightImport

struct TorchvisionNamesTests {
  @Test(arguments: [
    ("head.classification_head.conv.0.weight", "head.classification_head.conv.0.0.weight"),
    ("head.classification_head.conv.6.bias", "head.classification_head.conv.3.0.bias"),
    ("head.regression_head.conv.2.weight", "head.regression_head.conv.1.0.weight"),
    ("backbone.fpn.inner_blocks.1.weight", "backbone.fpn.inner_blocks.1.0.weight"),
    ("backbone.fpn.layer_blocks.2.bias", "backbone.fpn.layer_blocks.2.0.bias"),
  ])
  func `a name of an older torchvision becomes today's`(old: String, new: String) {
    #expect(TorchvisionNames.current(old) == new)
    #expect(TorchvisionNames.current(new) == new)
  }

  @Test(arguments: [
    "head.classification_head.conv.1.weight", "head.classification_head.conv.-2.weight",
    "head.classification_head.conv.2.running_mean", "head.classification_head.conv.x.weight",
    "head.classification_head.conv.", "backbone.fpn.extra_blocks.p6.weight",
    "backbone.body.layer1.0.conv1.weight", "backbone.fpn.inner_blocks.0.0.weight", "conv.0.weight",
    "head.classification_head.conv.99999999999999999999.weight", "",
  ])
  func `every other name stays`(name: String) {
    #expect(TorchvisionNames.current(name) == name)
  }

  @Test func `what wraps a network is told by all of its names beginning with it`() {
    #expect(TorchvisionNames.wrapper(of: ["module.a", "module.b"]) == "module.")
    #expect(TorchvisionNames.wrapper(of: ["module._orig_mod.a"]) == "module._orig_mod.")
    #expect(TorchvisionNames.wrapper(of: ["n_averaged", "module.a"]) == "module.")
    #expect(TorchvisionNames.wrapper(of: ["module.a", "b"]) == "")
    #expect(TorchvisionNames.wrapper(of: ["modules.a"]) == "")
    #expect(TorchvisionNames.wrapper(of: []) == "")
    #expect(TorchvisionNames.wrapper(of: ["n_averaged"]) == "")
  }
}
