/// The version of this package.
package enum FocalVersion {
  package static let text = "0.1.0"
}
