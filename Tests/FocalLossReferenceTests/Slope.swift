/// The derivative of a function by central differences of fourth order.
///
/// With h = 10⁻³ the method is off by h⁴ times the fifth derivative and rounding by 10⁻¹⁶ / h, so
/// by some 10⁻¹² for functions of the size of 1 and 10⁻¹¹ for those of the size of 10.
func slope(at x: Double, of function: (Double) -> Double) -> Double {
  let h = 1e-3
  let near = function(x + h) - function(x - h)
  let far = function(x + 2 * h) - function(x - 2 * h)
  return (8 * near - far) / (12 * h)
}
