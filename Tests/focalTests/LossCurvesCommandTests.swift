import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite(.serialized) struct LossCurvesCommandTests {
  private static let names = [
    "figure1-gradient", "figure1-loss", "figure5-margin-loss", "figure6-margin-derivative",
  ]

  /// The texts of an SVG document, by a parser that is not ours.
  private final class Texts: NSObject, XMLParserDelegate {
    private(set) var texts: [String] = []
    private var current: String?

    init(_ document: Data) throws {
      super.init()
      let parser = XMLParser(data: document)
      parser.delegate = self
      try #require(parser.parse(), "not well-formed: \(String(describing: parser.parserError))")
    }

    func parser(
      _ parser: XMLParser,
      didStartElement name: String,
      namespaceURI: String?,
      qualifiedName: String?,
      attributes: [String: String]
    ) { if name == "text" { current = "" } }

    func parser(_ parser: XMLParser, foundCharacters string: String) { current? += string }

    func parser(
      _ parser: XMLParser,
      didEndElement name: String,
      namespaceURI: String?,
      qualifiedName: String?
    ) {
      guard name == "text", let current else { return }
      texts.append(current)
      self.current = nil
    }
  }

  private func texts(_ folder: String, _ name: String) throws -> [String] {
    let url = URL(fileURLWithPath: folder).appendingPathComponent("\(name).svg")
    return try Texts(Data(contentsOf: url)).texts
  }

  @Test func `each figure is there as PNG and SVG, with words that are words`() throws {
    let folder = try TemporaryFolder()
    let out = folder.path("new/curves")
    let run = try FocalProcess(["loss", "curves", "--out", out])
    #expect(run.status == 0 && run.error.isEmpty)
    let files = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(files == Self.names.flatMap { ["\($0).png", "\($0).svg"] })
    #expect(
      Set(run.output.split(separator: "\n").map(String.init)) == Set(files.map { "\(out)/\($0)" })
    )
    for name in Self.names {
      let png = try Data(contentsOf: URL(fileURLWithPath: "\(out)/\(name).png"))
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]) && png.count > 20_000)
    }
    let loss = try texts(out, "figure1-loss")
    for text in [
      "Focal loss", "FL(pₜ) = −(1 − pₜ)ᵞ log(pₜ)", "loss in nats", "well classified, pₜ > 0.6",
      "γ = 0 (cross entropy)", "γ = 0.5", "γ = 1", "γ = 2", "γ = 5",
    ] {
      #expect(loss.contains(text), "\(text)")
    }
    #expect(try texts(out, "figure1-gradient").contains("size of the gradient"))
    let margin = ["cross entropy", "FL, γ = 2", "FL*, γ = 2, β = 1", "FL*, γ = 4, β = 0"]
    for name in ["figure5-margin-loss", "figure6-margin-derivative"] {
      let texts = try texts(out, name)
      for text in margin { #expect(texts.contains(text), "\(name): \(text)") }
    }
  }

  @Test func `gammas and alpha are drawn, in ascending order, and the same each time`() throws {
    let folder = try TemporaryFolder()
    let out = folder.path("curves")
    let arguments = [
      "loss", "curves", "--out", out, "--gammas", "3,0.25,3", "--alpha", "0.25", "--json",
    ]
    let json = try FocalProcess(arguments).json()
    #expect(json["gammas"] as? [Double] == [0.25, 3] && json["alpha"] as? Double == 0.25)
    #expect((json["files"] as? [String])?.count == 8)
    let words = try texts(out, "figure1-loss")
    #expect(words.filter { $0.hasPrefix("γ") } == ["γ = 0.25", "γ = 3"])
    #expect(words.contains("FL(pₜ) = −α (1 − pₜ)ᵞ log(pₜ); α = 0.25"))
    let svg = URL(fileURLWithPath: "\(out)/figure1-gradient.svg")
    let first = try Data(contentsOf: svg)
    #expect(try FocalProcess(arguments).status == 0)
    let isSame = try Data(contentsOf: svg) == first
    #expect(isSame)
  }

  @Test func `a gamma looks the same in whatever company, and one alone is named`() throws {
    let folder = try TemporaryFolder()
    func colors(_ gammas: String, _ name: String) throws -> [String] {
      let out = folder.path(gammas)
      let run = try FocalProcess(["loss", "curves", "--out", out, "--gammas", gammas])
      #expect(run.status == 0)
      let svg = try String(contentsOfFile: "\(out)/\(name).svg", encoding: .utf8)
      return svg.matches(of: /<path d="M[^"]{2000,}"[^>]* stroke="([^"]+)"/).map { "\($0.1)" }
    }
    let all = try colors("0,0.5,1,2,5", "figure1-loss")
    #expect(Set(all).count == 5)
    let two = try colors("2", "figure1-loss")
    #expect(two == [all[3]], "black is cross entropy's")
    #expect(try texts(folder.path("2"), "figure1-loss").contains("Focal loss, γ = 2"))
    let gradient = try texts(folder.path("2"), "figure1-gradient")
    #expect(gradient.contains("Gradient of the focal loss, γ = 2"))
    #expect(try colors("0,2,7", "figure1-gradient").dropLast() == [all[0], all[3]])
  }

  @Test func `alpha scales the axes`() throws {
    let folder = try TemporaryFolder()
    let run = try FocalProcess([
      "loss", "curves", "--out", folder.path("a"), "--alpha", "0.25", "--quiet",
    ])
    #expect(run.status == 0 && run.output.isEmpty)
    for name in ["figure1-loss", "figure5-margin-loss"] {
      let ticks = try texts(folder.path("a"), name).compactMap(Double.init).filter { $0 >= 0 }
      #expect(ticks.contains(1) || ticks.contains(1.2), "\(name) \(ticks)")
      #expect(!ticks.contains(3), "\(name) \(ticks)")
    }
    let slopes = try texts(folder.path("a"), "figure6-margin-derivative")
    #expect(slopes.contains("−0.2") && !slopes.contains("−1"))
  }

  /// The first place of each curve, in the units of the plot.
  private func starts(_ folder: String, _ name: String) throws -> [SIMD2<Double>] {
    let svg = try String(contentsOfFile: "\(folder)/\(name).svg", encoding: .utf8)
    return svg.matches(of: /<path d="M([0-9.-]+) ([0-9.-]+)L[^"]{2000,}"/).compactMap { match in
      guard let x = Double(match.1), let y = Double(match.2) else { return nil }
      return SIMD2(x, y)
    }
  }

  @Test func `alpha scales the gradient, which is 1 where the truth has no probability`() throws {
    let folder = try TemporaryFolder()
    for (name, arguments) in [("plain", []), ("half", ["--alpha", "0.5"])] {
      let run = try FocalProcess(["loss", "curves", "--out", folder.path(name)] + arguments)
      #expect(run.status == 0)
    }
    let plain = try starts(folder.path("plain"), "figure1-gradient")
    let half = try starts(folder.path("half"), "figure1-gradient")
    #expect(plain.count == 5 && half.count == 5)
    let texts = try texts(folder.path("half"), "figure1-gradient")
    #expect(texts.contains("0.8") && !texts.contains("1.5"))
    // The size of the gradient, which has no sign.
    #expect(try self.texts(folder.path("plain"), "figure1-gradient").contains("1.5"))
    #expect(!texts.contains { $0.hasPrefix("−") })
    // All curves begin at the same place: γ does not matter to an example that is all wrong.
    for starts in [plain, half] {
      for start in starts { #expect(abs(start.y - starts[0].y) < 0.1) }
    }
  }

  @Test func `what is in the way is named`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("mine", to: "file")
    try expectFailure(["loss", "curves", "--out", file], status: 1, naming: [file, "is a file"])
    try FileManager.default.createDirectory(
      atPath: folder.path("out/figure1-loss.svg"),
      withIntermediateDirectories: true
    )
    try expectFailure(
      ["loss", "curves", "--out", folder.path("out")],
      status: 1,
      naming: [folder.path("out/figure1-loss.svg"), "cannot be written"]
    )
    let pipe = folder.path("piped/figure1-loss.png")
    try FileManager.default.createDirectory(
      atPath: folder.path("piped"),
      withIntermediateDirectories: false
    )
    try #require(mkfifo(pipe, 0o600) == 0)
    try expectFailure(
      ["loss", "curves", "--out", folder.path("piped")],
      status: 1,
      naming: [pipe, "cannot be written: it is no regular file"]
    )
  }

  @Test(arguments: [
    (["--gammas", "0,x"], "expected numbers from 0 to 10000"),
    (["--gammas", "-1"], "expected numbers from 0 to 10000"),
    (["--gammas", "0,,1"], "expected numbers from 0 to 10000"),
    (["--gammas", "1,2,3,4,5,6,7,8,9"], "expected 1 to 8 numbers, found 9"),
    (["--alpha", "2"], "--alpha 2.0: expected 1e-6 to 1, or none"),
    (["--alpha", "0"], "--alpha 0.0: expected 1e-6 to 1, or none"),
    (["--alpha", "0.5,0.5"], "--alpha: expected one number, or none"),
    (["extra"], "extra"),
  ])
  func `wrong usage gives one line and status 64`(arguments: [String], part: String) throws {
    try expectFailure(
      ["loss", "curves"] + arguments,
      status: 64,
      naming: [part, "see focal loss curves --help"]
    )
  }
}
