// Loss and gradient of a vector of background logits: w p^gamma s and w p^gamma (gamma (1 - p) s +
// p), with p = sigmoid(x) and s = softplus(x), of focal_kernel.h.
//
// With e = exp(-|x|), the lesser of p and 1 - p is e / (1 + e) and s = max(x, 0) + log(1 + e): one
// exponential, one division and one logarithm, all three relatively exact, whatever the logit.
//
// Largest errors of loss and gradient against Double, among 13 million floats of all magnitudes, in
// units of the last place: 6.7 for gamma <= 1, 10.9 for gamma = 2 and 11.6 for gamma = 5, as a
// power multiplies the error of p. For gamma up to 10000 they stay below 12 + 4 gamma log(1 + e):
// 13 (gamma = 7), 38 (17.3), 191 (100), 360 (10000), the great ones where the result is near 2^-126.
// Below 2^-126, as many units of 2^-149. A sum of 2048 losses is good to 1e-6, mostly 1e-8.
namespace focal {
namespace {

using F = Machine::F;
using W = Machine::W;
using I = Integers<F>::I;

constexpr int64_t width = sizeof(F) / sizeof(float);

inline F splat(float value) { return F{} + value; }
inline F number(I bits) { return (F)bits; }
inline I bits(F number) { return (I)number; }
// Of a NaN and a number, both give the NaN where it comes second.
inline F least(F a, F b) { return a < b ? a : b; }
inline F greatest(F a, F b) { return a > b ? a : b; }

// gamma = 0, 2 or any other: each has loops of its own.
enum class Focus { none, two, any };

// What a chunk needs of its job, in single precision.
struct Constants {
  F object_weight, background_weight;
  F gamma, gamma_rest;  // their sum is gamma to twice the digits
  F lowest;             // below it, p to the power of gamma is 0

  explicit Constants(const Job &job)
      : object_weight(splat(float(job.object_weight))),
        background_weight(splat(float(job.background_weight))),
        gamma(splat(float(job.gamma))),
        gamma_rest(splat(float(job.gamma - float(job.gamma)))),
        lowest(splat(job.gamma > 1e-28 ? float(-130 / job.gamma) : -1.3e30f)) {}
};

// loss = modulator * entropy, gradient = modulator * slope.
struct Terms {
  F modulator, entropy, slope;
};

// weight * p^gamma, where log p = min(x, 0) - l. The product with gamma is kept to twice the
// digits, as exp makes a relative error of an absolute one.
inline F power(const Constants &c, F x, F l, F weight) {
  F low = greatest(c.lowest, least(F{}, x));
  F high = c.gamma * low;
  F rest = Machine::rest_of_product(c.gamma, low, high);
  rest = Machine::fma(c.gamma_rest, low, rest);
  rest = Machine::fma<F>(-c.gamma, l, rest);
  F exponent = high + rest;
  rest = rest - (exponent - high);
  return weight * Machine::exp(greatest(splat(-126), exponent), rest);
}

// What the logits may be, beside NaN, which gives NaN.
enum class Range { finite, all };

template <Focus focus, Range range> inline Terms terms(const Constants &c, F weight, F x) {
  // Below -126, the exponential rounds to 0.
  F e = Machine::exp(greatest(splat(-126), number(bits(x) | INT32_MIN)));
  F l = Machine::log1p(e);
  F lesser = e / (1 + e), greater = 1 - lesser;
  F p = x < 0 ? lesser : greater, rest = x < 0 ? greater : lesser;
  F entropy = greatest(F{}, x) + l;
  F bounded = range == Range::all ? least(splat(1e30f), entropy) : entropy;
  Terms result{weight, entropy, p};
  if (focus == Focus::two) {
    result.modulator = weight * p * p;
    result.slope = Machine::fma<F>(rest + rest, bounded, p);
  }
  if (focus == Focus::any) {
    result.modulator = power(c, x, l, weight);
    result.slope = Machine::fma<F>(c.gamma * rest, bounded, p);
  }
  // A factor of 0 leaves nothing of an infinite loss.
  if (range == Range::all) result.entropy = result.modulator == 0 ? bounded : entropy;
  return result;
}

// Usual background: logits in Machine::usual, where nothing overflows, underflows or is 1. The
// weight is a factor of the logarithm's coefficients, and costs nothing.
template <Focus focus> struct UsualBackground {
  static constexpr float factor = focus == Focus::two ? 2 : 1;

  const Constants &c;
  float weight;
  Machine::Logarithm<W> log;

  explicit UsualBackground(const Constants &c)
      : c(c),
        weight(c.background_weight[0]),
        log(focus == Focus::any ? 1 : factor * c.background_weight[0]) {}

  // Adds `factor` times the losses to `sum`; returns the gradient.
  W add(W x, W &sum) const {
    W e = Machine::usual_exp(x), p = e / (1 + e), l = log.of_sum(e);
    if (focus == Focus::none) {
      sum += l;
      return weight * p;
    }
    if (focus == Focus::two) {
      W square = p * p;
      sum = Machine::fma(square, l, sum);
      return square * Machine::fma(p, weight - l, l);
    }
    auto logits = Machine::halves(x), entropies = Machine::halves(l);
    F low = power(c, logits.half[0], entropies.half[0], c.background_weight);
    F high = power(c, logits.half[1], entropies.half[1], c.background_weight);
    W modulator = Machine::joined(low, high);
    sum = Machine::fma(modulator, l, sum);
    return modulator * Machine::fma(c.gamma[0] * (1 - p), l, p);
  }
};

}  // namespace
}  // namespace focal
