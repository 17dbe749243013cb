/// What the errors of a detector cost: how much AP would be gained were one kind of them mended.
package struct ErrorFigures: Hashable, Sendable {
  /// How many errors there are, and what they cost.
  package struct Cost: Hashable, Sendable {
    package var count: Int
    /// AP, 0...1, that would be gained without them; `nil` where AP is undefined.
    package var gain: Double?

    package init(count: Int, gain: Double?) {
      self.count = count
      self.gain = gain
    }
  }

  /// One kind of error.
  package struct Kind: Hashable, Sendable {
    package var name: String
    /// When an error is of this kind, in a few words.
    package var meaning: String
    package var cost: Cost

    package init(name: String, meaning: String, cost: Cost) {
      self.name = name
      self.meaning = meaning
      self.cost = cost
    }
  }

  /// The same of a part: a class, or a range of sizes.
  package struct Group: Hashable, Sendable {
    package var name: String
    /// AP at the threshold, 0...1; `nil` where it is undefined.
    package var AP: Double?
    /// One for each kind.
    package var costs: [Cost]

    package init(name: String, AP: Double? = nil, costs: [Cost]) {
      self.name = name
      self.AP = AP
      self.costs = costs
    }
  }

  /// The IoU from which a detection finds an object, and that up to which it is one of background.
  package var foreground, background: Double
  /// AP of all classes at the foreground threshold; `nil` where it is undefined.
  package var AP: Double?
  package var kinds: [Kind]
  /// All false alarms together, and all objects that were not found.
  package var totals: [Kind]
  package var sizes: [Group]
  package var classes: [Group]

  package init(
    foreground: Double,
    background: Double,
    AP: Double?,
    kinds: [Kind],
    totals: [Kind] = [],
    sizes: [Group] = [],
    classes: [Group] = []
  ) {
    self.foreground = foreground
    self.background = background
    self.AP = AP
    self.kinds = kinds
    self.totals = totals
    self.sizes = sizes
    self.classes = classes
  }
}
