// The operations of focal_kernel_body.h on vectors of any width, in the compiler's own vector
// types.
//
// Exponential and logarithm are polynomials, without tables, so that each line serves every set of
// instructions. Included like the body, inside a target pragma, after FOCAL_FMA says whether a
// fused multiply-add is one instruction there.

// Vectors of more than a register are passed in memory, which nobody outside this file need know.
#pragma clang diagnostic ignored "-Wpsabi"

namespace focal {
namespace {

// The integers of a vector of floats.
template <typename V> struct Integers {
  typedef int32_t I __attribute__((vector_size(sizeof(V))));
  typedef uint32_t U __attribute__((vector_size(sizeof(V))));
  typedef uint16_t H __attribute__((vector_size(sizeof(V) / 2)));
};

// `F` is one register; `W` is two, whose instructions fill each other's waiting times.
template <int lanes> struct Vectors {
  typedef float F __attribute__((vector_size(4 * lanes)));
  typedef float W __attribute__((vector_size(8 * lanes)));
  struct Halves {
    F half[2];
  };
  static Halves halves(W x) { return __builtin_bit_cast(Halves, x); }
  static W joined(F low, F high) { return __builtin_bit_cast(W, (Halves{{low, high}})); }

  template <typename V> static V fma(V a, V b, V c) {
#if FOCAL_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
  }
  // a * b - product, exactly, where `product` is a * b rounded.
  static F rest_of_product(F a, F b, F product) {
#if FOCAL_FMA
    return fma(a, b, -product);
#else
    // Dekker: halves of twelve bits multiply without rounding.
    F a_high = a * 4097, b_high = b * 4097;
    a_high -= a_high - a;
    b_high -= b_high - b;
    F a_low = a - a_high, b_low = b - b_high;
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
#endif
  }

  template <typename V> static V load(const float *from) {
    V value;
    memcpy(&value, from, sizeof value);
    return value;
  }
  template <typename V> static void store(float *to, V value) { memcpy(to, &value, sizeof value); }

  // A bfloat16 is the upper half of a float.
  template <typename V> static V load(const uint16_t *from) {
    typename Integers<V>::H halves;
    memcpy(&halves, from, sizeof halves);
    return (V)(__builtin_convertvector(halves, typename Integers<V>::U) << 16);
  }
  // To the nearest, of two to the even one. A NaN stays one if it comes of a bfloat16, and so has a
  // lower half of 0.
  template <typename V> static void store(uint16_t *to, V value) {
    auto bits = (typename Integers<V>::U)value;
    auto rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    auto halves = __builtin_convertvector(rounded, typename Integers<V>::H);
    memcpy(to, &halves, sizeof halves);
  }

  template <typename Element> static F load_first(const Element *from, int64_t count, float fill) {
    Element lane[lanes];
    store(lane, F{} + fill);
    memcpy(lane, from, count * sizeof(Element));
    return load<F>(lane);
  }
  template <typename Element> static void store_first(Element *to, F value, int64_t count) {
    Element lane[lanes];
    store(lane, value);
    memcpy(to, lane, count * sizeof(Element));
  }

  // Whether all are in [-87, -1/32], where e^x and 1 - e^x are normal numbers.
  static bool usual(W x) {
    auto distance = (typename Integers<W>::U)x - 0xbd000000;
    return !__builtin_reduce_or(distance > 0x5ae0000);
  }

  // x = n log 2 + r, |r| <= log 2 / 2; `shifted` has n in its lower bits.
  template <typename V> static V reduced(V x, V &shifted) {
    shifted = fma(x, V{} + 0x1.715476p+0f, V{} + 0x1.8p23f);
    V n = shifted - 0x1.8p23f;
    return fma(n, V{} + 0x1.bd0106p-13f, fma(n, V{} - 0x1.63p-1f, x));
  }
  // e^r - 1.
  template <typename V> static V exp_less_1(V r) {
    V q = fma(r, V{} + 0x1.6a1a6ep-10f, V{} + 0x1.123fc6p-7f);
    q = fma(r, q, V{} + 0x1.555916p-5f);
    q = fma(r, q, V{} + 0x1.55548ap-3f);
    q = fma(r, q, V{} + 0x1.fffffcp-2f);
    return fma(r * r, q, r);
  }
  // e^x for x in [-87, 0].
  template <typename V> static V usual_exp(V x) {
    V shifted, r = reduced(x, shifted);
    V power = (V)(((typename Integers<V>::I)shifted << 23) + 0x3f800000);
    return fma(power, exp_less_1(r), power);
  }
  // e^(x + rest) for x in [-126, 0] and `rest` less than an ulp of x; in two steps, so that the
  // result can be less than 2^-126.
  static F exp(F x, F rest = F{}) {
    F shifted, r = reduced(x, shifted) + rest;
    auto whole = (typename Integers<F>::I)shifted - 0x4b400000, half = whole >> 1;
    return (1 + exp_less_1(r)) * (F)((half + 127) << 23) * (F)((whole - half + 127) << 23);
  }

  // `factor` times log(1 + e) for e in [0, 1] = 2 artanh(z), z = e / (2 + e).
  template <typename V> struct Logarithm {
    V c1, c3, c5, c7, c9;

    explicit Logarithm(float factor)
        : c1(V{} + 2 * factor),
          c3(V{} + factor * 0x1.5555p-1f),
          c5(V{} + factor * 0x1.99d27cp-2f),
          c7(V{} + factor * 0x1.1eb618p-2f),
          c9(V{} + factor * 0x1.1ef854p-2f) {}

    V of_sum(V e) const {
      V z = e / (2 + e), square = z * z;
      V q = fma(square, c9, c7);
      q = fma(square, q, c5);
      q = fma(square, q, c3);
      return fma(z * square, q, z * c1);
    }
  };
  static F log1p(F e) { return Logarithm<F>(1).of_sum(e); }
};

}  // namespace
}  // namespace focal
