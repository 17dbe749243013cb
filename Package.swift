// swift-tools-version: 6.1
import Foundation
import PackageDescription

// FOCAL_TORCH=0 leaves out every target that needs LibTorch; the rest builds and passes its tests alone.
let withTorch = ProcessInfo.processInfo.environment["FOCAL_TORCH"] != "0"

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target and its tests.
func module(
  _ name: String,
  _ dependencies: [Target.Dependency] = [],
  tests: [Target.Dependency] = [],
  exclude: [String] = [],
  goldens: Bool = false
) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings),
    .testTarget(
      name: "\(name)Tests",
      dependencies: [.target(name: name), "TestSupport"] + dependencies + tests,
      exclude: goldens ? ["Golden"] : [],
      swiftSettings: settings
    ),
  ]
}

// Debian's simdjson.pc holds a -D flag, of which SwiftPM warns in every build; there the library lies on the default paths.
#if os(Linux)
  let simdJSONPkgConfig: String? = nil
#else
  let simdJSONPkgConfig: String? = "simdjson"
#endif

func system(_ name: String, _ pkgConfig: String?, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

var products: [Product] = [
  .library(name: "BoxGeometry", targets: ["BoxGeometry"]),
  .library(name: "FocalLossReference", targets: ["FocalLossReference"]),
  .library(
    name: "COCOEvaluation",
    targets: ["COCOEvaluation", "COCOFormat", "DetectionAnalysis"]
  ),
]

var targets: [Target] = [
  // Level 0: C libraries and the shims over them.
  system("CLibJPEG", "libjpeg", apt: "libjpeg-dev", brew: "jpeg-turbo"),
  system("CLibPNG", "libpng", apt: "libpng-dev", brew: "libpng"),
  system("CLibWebP", "libwebp", apt: "libwebp-dev", brew: "webp"),
  system("CLibEXIF", "libexif", apt: "libexif-dev", brew: "libexif"),
  system("CLibCairo", "cairo", apt: "libcairo2-dev", brew: "cairo"),
  system("CLibSimdJSON", simdJSONPkgConfig, apt: "libsimdjson-dev", brew: "simdjson"),
  .target(name: "CImageCodecs", dependencies: ["CLibJPEG", "CLibPNG", "CLibWebP", "CLibEXIF"]),
  .target(
    name: "CSimdJSON",
    dependencies: ["CLibSimdJSON"],
    linkerSettings: [.linkedLibrary("simdjson")]
  ),
  // How often each margin occurs among logits.
  .target(name: "CMarginCounts"),
  .target(name: "TestSupport", dependencies: ["BoxGeometry"], swiftSettings: settings),
  .testTarget(
    name: "TestSupportTests",
    dependencies: ["TestSupport", "BoxGeometry"],
    swiftSettings: settings
  ),
]

// The half without LibTorch, in the order of the module map.
targets += module("FileErrors")
targets += module("BoxGeometry")
targets += module("FocalLossReference", tests: ["BoxGeometry"], goldens: true)
targets += module("Raster", ["CImageCodecs", "FileErrors"], goldens: true)
targets += module(
  "RunLogs",
  ["FileErrors", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
  // What the committed code beside it was made from.
  exclude: ["TensorBoard/event.proto"]
)
targets += module("TorchCheckpoint", goldens: true)
targets += module("COCOFormat", ["BoxGeometry", "CSimdJSON", "FileErrors"])
targets += module("Drawing", ["Raster", "BoxGeometry", "CLibCairo"])
targets += module("COCOEvaluation", ["COCOFormat", "BoxGeometry"], goldens: true)
targets += module(
  "DetectionAnalysis",
  ["COCOEvaluation", "COCOFormat", "FocalLossReference", "CMarginCounts"],
  tests: ["BoxGeometry"],
  goldens: true
)
// Damaged files against the reader and the evaluators: `swift run -c release FuzzCOCO`.
targets += module("COCOFuzzing", ["COCOEvaluation", "COCOFormat", "BoxGeometry"])
// Damaged pictures against the decoders: `swift run -c release FuzzImages`.
targets += module("ImageFuzzing", ["Raster", "BoxGeometry"])
targets += module(
  "DetectionDatasets",
  [
    "BoxGeometry", "COCOFormat", "Raster", "FileErrors",
    .product(name: "Yams", package: "Yams"),
  ]
)
// Damaged annotation files against readers and writers: `swift run -c release FuzzDatasets`.
targets += module(
  "DatasetFuzzing",
  ["DetectionDatasets", "COCOFuzzing", "COCOFormat", "BoxGeometry", "Raster"]
)
targets += module(
  "DatasetInspection",
  ["DetectionDatasets", "BoxGeometry", "COCOFormat", "Raster"],
  tests: ["FileErrors"]
)
targets += module("DetectionReport", ["Drawing", "Raster", "BoxGeometry", "FileErrors"])

var packageDependencies: [Package.Dependency] = [
  .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  .package(url: "https://github.com/apple/swift-protobuf", from: "1.28.0"),
]

// The command `focal`: what needs no LibTorch it does itself, for all else it becomes `focal-engine`.
targets += [
  .target(
    name: "CommandConsole",
    dependencies: [
      "FileErrors", .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: settings
  ),
  .target(
    name: "FileCommands",
    dependencies: [
      "CommandConsole", "DetectionReport", "DetectionAnalysis", "DatasetInspection",
      "DetectionDatasets", "COCOEvaluation", "COCOFormat", "BoxGeometry", "Drawing", "Raster",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: settings
  ),
  .executableTarget(
    name: "focal",
    dependencies: [
      "CommandConsole", "FileCommands",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: settings
  ),
]
products.append(.executable(name: "focal", targets: ["focal"]))
targets += [
  .target(
    name: "FuzzRunning",
    dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
    swiftSettings: settings
  ),
  .executableTarget(
    name: "FuzzCOCO",
    dependencies: [
      "COCOFuzzing", "FuzzRunning",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: settings
  ),
  .executableTarget(
    name: "FuzzDatasets",
    dependencies: [
      "DatasetFuzzing", "FuzzRunning",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: settings
  ),
  .executableTarget(
    name: "FuzzImages",
    dependencies: [
      "ImageFuzzing", "FuzzRunning",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: settings
  ),
]

if withTorch {
  packageDependencies.append(
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0")
  )
  packageDependencies.append(
    .package(
      url: "https://github.com/hummingbird-project/hummingbird",
      from: "2.28.0",
      traits: ["FullFoundation"]
    )
  )
  // What Hummingbird's connections are made of.
  packageDependencies += [
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
  ]
  products += [
    .library(name: "Torch", targets: ["Torch", "TorchNN"]),
    .library(name: "FocalLoss", targets: ["FocalLoss"]),
    .library(name: "DetectionModels", targets: ["DetectionModels"]),
    .executable(name: "focal-engine", targets: ["FocalEngine"]),
  ]
  targets += [
    .systemLibrary(name: "CLibTorch", pkgConfig: "libtorch"),
    .target(name: "CTorch", dependencies: ["CLibTorch"]),
    .target(
      name: "CTorchDistributed",
      // It shares CTorch's headers, by their path: as a module Clang would want them built first.
      dependencies: ["CLibTorch"],
      // LibTorch comes without the headers of Gloo that its own header asks for.
      cxxSettings: [.headerSearchPath("stand-ins")]
    ),
    // It too shares CTorch's headers by their path.
    .target(name: "CTorchInference", dependencies: ["CLibTorch"]),
    // Opens ONNX Runtime while running, where there is one; nothing links it.
    .target(
      name: "COnnxRuntime",
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]
    ),
    .target(
      name: "TorchTestSupport",
      dependencies: ["Torch", "TestSupport"],
      swiftSettings: settings
    ),
  ]
  targets += module("Torch", ["CTorch"], tests: ["TorchTestSupport"])
  targets += module("TorchNN", ["Torch"], tests: ["TorchTestSupport"])
  targets += module(
    "TorchDistributed",
    ["Torch", "CTorch", "CTorchDistributed"],
    tests: ["TorchTestSupport"]
  )
  targets += module(
    "TorchInference",
    ["Torch", "CTorch", "CTorchInference"],
    tests: ["TorchTestSupport"]
  )
  targets += module(
    "FocalLoss",
    ["Torch", "BoxGeometry"],
    tests: ["FocalLossReference", "TorchTestSupport"]
  )
  targets += module(
    "DetectionModels",
    ["TorchNN", "Torch", "FocalLoss", "BoxGeometry"],
    tests: ["TorchTestSupport"],
    goldens: true
  )
  targets += module(
    "WeightImport",
    ["DetectionModels", "TorchNN", "Torch", "TorchCheckpoint", "BoxGeometry"],
    tests: ["TorchTestSupport"]
  )
  targets += module(
    "ModelGraph",
    ["DetectionModels", "TorchNN", "Torch"],
    tests: ["BoxGeometry", "TorchTestSupport"]
  )
  targets += module(
    "DetectionInference",
    [
      "ModelGraph", "DetectionModels", "TorchInference", "TorchNN", "Torch", "BoxGeometry",
      "Raster",
    ],
    tests: ["TorchTestSupport"]
  )
  targets += [
    .target(
      name: "ModelExport",
      dependencies: [
        "ModelGraph", "DetectionModels", "TorchNN", "Torch", "BoxGeometry", "FileErrors",
        "COnnxRuntime",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      // What the committed code beside it was made from.
      exclude: ["ONNX/onnx.proto"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ModelExportTests",
      dependencies: [
        "ModelExport", "DetectionModels", "TorchNN", "Torch", "BoxGeometry", "TorchTestSupport",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: settings
    ),
  ]
  // Detections in many pictures, in large ones, in several looks at each: `focal predict`.
  targets += module(
    "DetectionPrediction",
    ["DetectionInference", "DetectionModels", "BoxGeometry", "Raster", "FileErrors"]
  )
  // Detections over HTTP: `focal serve`.
  targets += module(
    "DetectionServer",
    [
      "DetectionInference", "DetectionModels", "BoxGeometry", "Raster", "FileErrors",
      .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "Logging", package: "swift-log"),
    ],
    tests: ["Torch", "TorchNN", "TorchTestSupport"]
  )
  targets += module(
    "DetectionTraining",
    [
      "DetectionInference", "DetectionModels", "DetectionDatasets", "DetectionAnalysis",
      "FocalLoss", "TorchDistributed", "TorchNN", "Torch", "BoxGeometry", "COCOFormat",
      "COCOEvaluation", "RunLogs", "Raster",
      "FileErrors",
      .product(name: "Logging", package: "swift-log"),
      .product(name: "Yams", package: "Yams"),
    ],
    tests: ["TorchTestSupport", "DatasetInspection"]
  )
  targets += module(
    "TrainingDoctor",
    [
      "DetectionTraining", "DatasetInspection", "DetectionInference", "DetectionModels",
      "DetectionDatasets", "TorchNN", "Torch", "BoxGeometry", "COCOFormat", "FileErrors",
    ]
  )
  targets += [
    .executableTarget(
      name: "FocalEngine",
      dependencies: [
        "CommandConsole", "FileCommands", "TrainingDoctor", "DetectionTraining", "DetectionReport",
        "DetectionServer", "DetectionPrediction", "DetectionInference", "DetectionModels",
        "ModelExport", "DatasetInspection", "DetectionDatasets", "DetectionAnalysis",
        "COCOEvaluation", "COCOFormat",
        "FocalLoss", "FocalLossReference", "WeightImport", "TorchDistributed", "TorchInference",
        "TorchNN", "Torch",
        "Drawing", "Raster", "RunLogs", "BoxGeometry", "FileErrors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings,
      // Nobody depends on the executable, so it may say where LibTorch lies: .build/<triple>/<config>/focal-engine
      // finds .libtorch/lib beside .build/, wherever the folder is moved.
      linkerSettings: [
        .unsafeFlags(
          ["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../../../.libtorch/lib"],
          .when(platforms: [.linux])
        ),
        .unsafeFlags(
          ["-Xlinker", "-rpath", "-Xlinker", "@executable_path/../../../.libtorch/lib"],
          .when(platforms: [.macOS])
        ),
      ]
    ),
    .testTarget(
      name: "focalTests",
      dependencies: [
        "focal", "FocalEngine", "TestSupport", "COCOFormat", "FocalLoss", "FocalLossReference",
        "CommandConsole", "DetectionReport", "DetectionTraining", "DetectionAnalysis", "RunLogs",
        "DetectionPrediction", "DetectionModels", "TorchNN", "Torch", "Raster", "BoxGeometry",
      ],
      swiftSettings: settings
    ),
  ]
}

let package = Package(
  name: "focal",
  platforms: [.macOS(.v14)],
  products: products,
  dependencies: packageDependencies,
  targets: targets,
  cxxLanguageStandard: .cxx20
)
