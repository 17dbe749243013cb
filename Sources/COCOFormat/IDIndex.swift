/// Where ids lie in a list: a table where they are close together, as most are, else a dictionary.
package struct IDIndex: Sendable {
  private let lowest: Int
  private let table: [Int32]
  private let others: [Int: Int32]
  /// Whether each id occurs once.
  package let isUnique: Bool

  /// The positions of ids.
  ///
  /// - Parameter ids: Any numbers; of an id that occurs twice the first position counts. At most 2³¹ of them.
  package init(_ ids: some Collection<Int>) {
    var isUnique = true
    let (low, high) = (ids.min() ?? 0, ids.max() ?? 0)
    let (span, overflows) = high.subtractingReportingOverflow(low)
    if !overflows, span < 64 * ids.count + 1024 {
      var table = [Int32](repeating: -1, count: span + 1)
      for (position, id) in ids.enumerated() {
        if table[id - low] >= 0 { isUnique = false } else { table[id - low] = Int32(position) }
      }
      (self.table, others) = (table, [:])
    } else {
      var others: [Int: Int32] = Dictionary(minimumCapacity: ids.count)
      for (position, id) in ids.enumerated() {
        if others[id] != nil { isUnique = false } else { others[id] = Int32(position) }
      }
      (table, self.others) = ([], others)
    }
    lowest = low
    self.isUnique = isUnique
  }

  /// The position of an id; `nil` if it does not occur.
  @inline(__always)
  package func position(of id: Int) -> Int? {
    if table.isEmpty { return others[id].map(Int.init) }
    guard id >= lowest else { return nil }
    // Cannot overflow: both lie in the same half or the difference is caught as too large.
    let offset = UInt(bitPattern: id &- lowest)
    guard offset < UInt(table.count) else { return nil }
    let position = table[Int(offset)]
    return position < 0 ? nil : Int(position)
  }
}
