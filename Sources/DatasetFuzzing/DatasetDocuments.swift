import BoxGeometry

/// Well-formed annotation files of each format, small and with something of everything.
struct DatasetDocuments {
  private var generator: SplitMix64

  init(generator: SplitMix64) { self.generator = generator }

  /// A Pascal VOC annotation.
  mutating func voc() -> String {
    var text = below(3) == 0 ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" : ""
    text +=
      "<annotation>\n<folder>x</folder><filename>\(pick(["a.png", "b.png", "c.jpg"]))</filename>\n"
    if below(3) > 0 {
      text += "<size><width>64</width><height>48</height><depth>3</depth></size>\n"
    }
    for _ in 0..<below(5) {
      text +=
        "<object>\n<name>\(pick(["car", "größe", "a &amp; b", "<![CDATA[x<y]]>", "car"]))</name>"
      if below(2) == 0 { text += "<difficult>\(below(2))</difficult>" }
      if below(4) == 0 {
        text +=
          "<part><name>wheel</name><bndbox><xmin>1</xmin><ymin>1</ymin>"
          + "<xmax>2</xmax><ymax>2</ymax></bndbox></part>"
      }
      let (x, y) = (Double(below(60)) / 2, Double(below(40)) / 2)
      text += "<bndbox><xmin>\(x)</xmin><ymin>\(y)</ymin><xmax>\(x + Double(below(90)) / 2)</xmax>"
      text += "<ymax>\(y + Double(below(70)) / 2)</ymax></bndbox>\n</object>\n"
    }
    return text + "</annotation>\n"
  }

  /// Rows of a YOLO label file.
  mutating func yoloRows() -> String {
    (0..<below(6)).map { _ in
      var numbers = [Double(below(100)) / 100, Double(below(100)) / 100]
      numbers += [Double(1 + below(80)) / 100, Double(1 + below(80)) / 100]
      if below(6) == 0 { numbers += (0..<2 * below(4)).map { _ in Double(below(100)) / 100 } }
      let fields = [pick(["0", "1", "2", "1.0"])] + numbers.map { "\($0)" }
      return fields.joined(separator: pick([" ", "\t", "  "])) + pick(["\n", "\r\n", " \n"])
    }
    .joined()
  }

  /// A YOLO `data.yaml` of pictures in `images/train` and `images/val`, and of a list.
  mutating func yoloData() -> String {
    var lines = [
      pick(["path: .", "path: ./", "# no path", "path:"]),
      "train: "
        + pick(["images/train", "[images/train, images/val]", "list.txt", "../images/train"]),
      "val: " + pick(["images/val", "list.txt", "", "~"]),
    ]
    if below(3) == 0 { lines.append("nc: 3") }
    lines.append(
      pick([
        "names: [car, bus, 'x y']", "names:\n  0: car\n  1: bus\n  2: \"ü\"",
        "names: {0: a, 2: b, 1: c}", "names:\n- a\n- b\n- c",
      ])
    )
    if below(5) == 0 { lines.append("kpt_shape: [2, 3]") }
    if below(4) == 0 { lines.append("download: |\n  rm -rf x && y * z") }
    for index in lines.indices { lines.swapAt(index, below(lines.count)) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A list of pictures.
  mutating func list() -> String {
    let names = [
      "./images/train/a.png", "images/val/b.png", "images/train/a.png", "./images/val/b.png",
    ]
    return (0..<1 + below(5)).map { _ in pick(names) + "\n" }.joined()
  }

  private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  private mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
}

/// What makes trouble in each format.
enum DatasetFragments {
  static let xml = [
    "<!DOCTYPE a [<!ENTITY x \"yyyy\"><!ENTITY z \"&x;&x;&x;&x;\">]>", "&x;", "&z;", "&#0;",
    "<!DOCTYPE a SYSTEM \"../secret.txt\">", "&#xD800;", "&#x10FFFF;", "&amp;", "&", "<", ">",
    "<![CDATA[", "]]>", "<!--", "-->", "<?x y?>", "<?xml version=\"1.0\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-7\"?>", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    "<object>", "</object>", "<bndbox>", "</bndbox>", "<annotation>", "</annotation>", "<a>",
    "</a>",
    "<name/>", "<name>", "</name>", "<xmin>nan</xmin>", "<ymax>inf</ymax>", "<xmin>0x10</xmin>",
    "<filename>../secret.png</filename>", "<filename>/dev/zero</filename>", "<a b='c'", "\u{0}",
    "\u{FEFF}", "\u{202E}", "<xmin>1e308</xmin>", "<difficult>1</difficult>",
    "<size><width>0</width>",
    "xmlns:x=\"y\"", "<x:object>",
  ]

  static let rows = [
    "nan", "inf", "-inf", "0x1p3", "1e308", "1e999", "-", "+", ".", "e", "1e", "--1", "1,5", ",",
    ";",
    "#", "car", "\u{0}", "\u{FEFF}", "\t", "\r", "\n", "\r\n", " ", "\u{B}", "\u{A0}", "٣", "1_000",
    "0 0.5 0.5 0.1 0.1\n", "0 0 0 1 1 1 1 0 0\n", "0 0.5 0.5 1e-300 1e-300\n", "0 2 2 2 2\n",
    "0 0.5 0.5 4.9e-324 0.5\n", "99999999999999999999", "0.30000000000000000000000000000000000001",
    "0 1e-30 1e-30 1e-30 1e-30\n", "0 0.999999999 0.5 1e-8 0.5\n", "-0",
  ]

  static let yaml = [
    "&a", "*a", "&a [*a]", "<<: *a", "? ", "- ", ": ", "[", "]", "{", "}", "|", ">", "%YAML 1.1\n",
    "---\n",
    "...\n", "!!binary ", "!!int ", "!x ", "'", "\"", "#", "\t", "\n", "\r", "  ", "\u{0}",
    "\u{FEFF}",
    "\u{85}", "\u{2028}", "names:", "names: []\n", "nc: -1\n", "nc: 1e9\n",
    "train: ../secret.png\n",
    "train: /\n", "train: ../../..\n", "path: /etc\n", "path: ..\n", "path: link\n", "val: link\n",
    "val: images\n", "0: x\n", "null", "~", "true", "\\x", "\"\\u0000\"", "\"\\n\"", "a: &b c\n",
    "d: *b\n",
    "kpt_shape: [9999, 3]\n", "999999999999999999999: x\n",
  ]

  static let list = [
    "../secret.png\n", "/etc/passwd\n", "./\n", "\n", "images/train/../../../secret.png\n",
    "images\\train\\a.png\n", "\u{0}", "\u{FEFF}", " ", "link/secret.png\n", "images/train\n",
    "//\n",
    "images/train/a.png\n", "\r", "é", "list.txt\n", ".\n", "..\n", "data.yaml\n",
  ]
}
