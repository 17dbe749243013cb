// The operations of focal_kernel_body.h on sixteen lanes of AVX-512 (F, BW, DQ, VL).
//
// Included inside a target pragma, after focal_machine.h.
namespace focal {
namespace {

// Sixteen powers of two and 32 logarithms fill five registers, from which a permutation reads one
// for each lane; shorter polynomials are left. The points of the logarithm are i / 32, but 1 is
// none of them; those that end in 31 are i / 31, for all of [0, 1].
struct Tables {
  alignas(64) float power[16];
  alignas(64) int32_t power_bits[16];  // less what the index adds to the exponent in `usual_exp`
  alignas(64) float inverse[32], logarithm[32];
  alignas(64) float inverse_31[32], logarithm_31[32];
  alignas(64) uint16_t upper[32];  // the places of the upper halves of 32 floats

  Tables() {
    for (int i = 0; i < 32; ++i) upper[i] = uint16_t(2 * i + 1);
    for (int i = 0; i < 16; ++i) {
      power[i] = float(std::exp2(i / 16.0));
      memcpy(power_bits + i, power + i, 4);
      power_bits[i] -= i << 19;
    }
    for (int i = 0; i < 32; ++i) {
      inverse[i] = float(1 / (1 + i / 32.0));
      logarithm[i] = float(-std::log(double(inverse[i])));
      inverse_31[i] = float(1 / (1 + i / 31.0));
      logarithm_31[i] = float(-std::log(double(inverse_31[i])));
    }
  }
};
const Tables tables;

struct Machine : Vectors<16> {
  using Vectors::load_first;
  using Vectors::store;
  using Vectors::store_first;

  // As in Vectors, with one permutation to pick the upper halves.
  static __m512i rounded(F value) {
    auto bits = (Integers<F>::U)value;
    return (__m512i)(bits + 0x7fff + ((bits >> 16) & 1));
  }
  static void store(uint16_t *to, F value) {
    __m512i halves = _mm512_permutexvar_epi16(_mm512_load_si512(tables.upper), rounded(value));
    _mm256_storeu_si256((__m256i *)to, _mm512_castsi512_si256(halves));
  }
  static void store(uint16_t *to, W value) {
    Halves both = halves(value);
    _mm512_storeu_si512(to, _mm512_permutex2var_epi16(rounded(both.half[0]),
                                                      _mm512_load_si512(tables.upper),
                                                      rounded(both.half[1])));
  }

  static __mmask16 first(int64_t count) { return __mmask16((1u << count) - 1); }
  static F load_first(const float *from, int64_t count, float fill) {
    return _mm512_mask_loadu_ps(F{} + fill, first(count), from);
  }
  static void store_first(float *to, F value, int64_t count) {
    _mm512_mask_storeu_ps(to, first(count), value);
  }

  static bool usual(W x) {
    auto distance = (Integers<W>::U)x - 0xbd000000;
    Halves both = halves((W)distance);
    __m512i greater = _mm512_max_epu32((__m512i)both.half[0], (__m512i)both.half[1]);
    return !_mm512_cmpgt_epu32_mask(greater, _mm512_set1_epi32(0x5ae0000));
  }

  // For each lane, the entry of a table of 16 or 32 that its lowest bits name.
  static F look_up(F table, F index) { return _mm512_permutexvar_ps((__m512i)index, table); }
  static F look_up(F low, F high, F index) {
    return _mm512_permutex2var_ps(low, (__m512i)index, high);
  }
  static W look_up(F table, W index) {
    Halves i = halves(index);
    return joined(look_up(table, i.half[0]), look_up(table, i.half[1]));
  }
  static W look_up(F low, F high, W index) {
    Halves i = halves(index);
    return joined(look_up(low, high, i.half[0]), look_up(low, high, i.half[1]));
  }

  // x = n log 2 + r, n in sixteenths, |r| < log 2 / 32. A single float for log 2 will do, as it is
  // good to 3e-9.
  template <typename V> static V reduced(V x, V &shifted, V &n) {
    shifted = fma(x, V{} + 0x1.715476p+0f, V{} + 0x1.8p19f);
    n = shifted - 0x1.8p19f;
    return fma(n, V{} - 0x1.62e43p-1f, x);
  }
  template <typename V> static V exp_less_1(V r) {
    return fma(r * r, fma(r, V{} + 0x1.555622p-3f, V{} + 0x1.000234p-1f), r);
  }
  template <typename V> static V usual_exp(V x) {
    using I = typename Integers<V>::I;
    V shifted, n, r = reduced(x, shifted, n);
    F table = _mm512_load_ps((const float *)tables.power_bits);
    V power = (V)((I)look_up(table, shifted) + ((I)shifted << 19));
    return fma(power, exp_less_1(r), power);
  }
  static F exp(F x, F rest = F{}) {
    F shifted, n, r = reduced(x, shifted, n) + rest;
    F power = look_up(_mm512_load_ps(tables.power), shifted);
    return _mm512_scalef_ps(fma(power, exp_less_1(r), power), n);
  }

  // 1 + e = (1 + z) / inverse, where 1 / inverse is the nearest point: |z| < 1 / 61.
  template <typename V> struct Logarithm {
    F inverse[2], logarithm[2];
    V c1, c2, c3, c4;

    explicit Logarithm(float factor) : Logarithm(factor, tables.inverse, tables.logarithm) {}
    Logarithm(float factor, const float *inverses, const float *logarithms)
        : inverse{load<F>(inverses), load<F>(inverses + 16)},
          logarithm{factor * load<F>(logarithms), factor * load<F>(logarithms + 16)},
          c1(V{} + factor),
          c2(V{} + factor * -0.5f),
          c3(V{} + factor * 0x1.556166p-2f),
          c4(V{} + factor * -0x1.00112ap-2f) {}

    V of_sum(V e) const { return of_sum(e, e + 0x1.8p18f); }
    V of_sum(V e, V nearest) const {
      V scale = look_up(inverse[0], inverse[1], nearest);
      V start = look_up(logarithm[0], logarithm[1], nearest);
      V z = fma(e, scale, scale - 1);
      return fma(z, fma(z, fma(z, fma(z, c4, c3), c2), c1), start);
    }
  };
  static F log1p(F e) {
    Logarithm<F> log(1, tables.inverse_31, tables.logarithm_31);
    return log.of_sum(e, fma(e, F{} + 31.0f / 32, F{} + 0x1.8p18f));
  }
};

}  // namespace
}  // namespace focal
