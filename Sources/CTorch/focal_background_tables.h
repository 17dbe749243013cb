// Background entries whose logits are bfloat16: looked up, not computed.
//
// A bfloat16 has 128 values in each octave, just as many as the bytes that vpermi2b chooses from.
// So loss and gradient of the logits in (-16, -1], where nearly all of a background lies, are a
// table of 4 octaves by 128 entries, held in registers. An entry is four bytes:
//   0, 1  the gradient, rounded to bfloat16;
//   2, 3  the digits of loss / rounded gradient, which varies by a third at most. Each byte stands
//         for the bfloat16 of upper byte 0x3f, a number in [0.5, 2), and a + b * first + c * second
//         is the ratio to 4e-6: three dot products with the gradient sum the losses.
// Bound by the permutations, 16 for 64 entries: 11 cycles for 16 entries on Zen 4, where arithmetic
// takes 34 and a table in memory, read entry by entry, 20. A table as the operand of a permutation
// would have to be loaded for it: hence two passes, each with sixteen registers of tables.
namespace focal {
namespace {

struct BackgroundTables {
  static constexpr int octaves = 4, entries = 128;
  static constexpr uint16_t lowest = 0xbf80;  // -1, the table's first logit

  double gamma = -1, weight = 0;  // what the tables were made for
  float a = 0, b = 0, c = 0;
  alignas(64) uint8_t bytes[4][octaves][entries];

  template <Focus focus> void make(const Job &job, const Constants &constants);
};

template <Focus focus> void BackgroundTables::make(const Job &job, const Constants &constants) {
  constexpr int count = octaves * entries;
  uint16_t logits[count], gradients[count];
  float rounded[count], losses[count], ratios[count];
  for (int i = 0; i < count; ++i) logits[i] = uint16_t(lowest + i);
  for (int i = 0; i < count; i += width) {
    F x = Machine::load<F>(logits + i);
    Terms t = terms<focus, Range::finite>(constants, constants.background_weight, x);
    Machine::store(gradients + i, t.modulator * t.slope);
    Machine::store(rounded + i, Machine::load<F>(gradients + i));
    Machine::store(losses + i, t.modulator * t.entropy);
  }
  float low = INFINITY, high = 0;
  for (int i = 0; i < count; ++i) {
    // Where the gradient is no normal number, the dot products count it as 0.
    ratios[i] = std::isnormal(rounded[i]) ? losses[i] / rounded[i] : -1;
    if (ratios[i] > 0) low = std::min(low, ratios[i]), high = std::max(high, ratios[i]);
  }
  if (!(high > low)) low = 1, high = 2;
  // 1.49 and not 1.5: the last digit is rounded and must not reach 2.
  float first = (high - low) / 1.49f, second = first / 128 / 1.49f;
  gamma = job.gamma, weight = job.background_weight;
  a = low - 0.5f * first - 0.5f * second, b = first, c = second;
  for (int i = 0; i < count; ++i) {
    float digit = 0.5f + (std::max(ratios[i], low) - low) / first;
    uint32_t digit_bits = std::bit_cast<uint32_t>(digit) & 0xffff0000;
    float rest = (digit - std::bit_cast<float>(digit_bits)) * first;
    uint32_t rest_bits = std::bit_cast<uint32_t>(0.5f + rest / second) + 0x8000;
    uint8_t *at = &bytes[0][0][0] + i;
    at[0] = uint8_t(gradients[i]);
    at[count] = uint8_t(gradients[i] >> 8);
    at[2 * count] = uint8_t(digit_bits >> 16);
    at[3 * count] = uint8_t(rest_bits >> 16);
  }
}

// 64 logits as the bytes of their places: lane 2 i is of the first 32, lane 2 i + 1 of the others.
struct Places {
  __m512i entry;            // the lower seven bits; the eighth is the lower one of the octave
  __mmask64 upper_octaves;  // the upper one
};

// Two bytes' tables in sixteen registers.
struct TwoTables {
  __m512i of[2][BackgroundTables::octaves][2];

  TwoTables(const BackgroundTables &tables, int byte) {
    for (int i = 0; i < 2; ++i)
      for (int octave = 0; octave < BackgroundTables::octaves; ++octave)
        for (int half = 0; half < 2; ++half)
          of[i][octave][half] = _mm512_load_si512(tables.bytes[byte + i][octave] + 64 * half);
  }
  __m512i octave(int byte, int octave, __m512i entry) const {
    return _mm512_permutex2var_epi8(of[byte][octave][0], entry, of[byte][octave][1]);
  }
  __m512i look_up(int byte, Places places) const {
    __mmask64 odd = _mm512_movepi8_mask(places.entry);
    __m512i lower = _mm512_mask_blend_epi8(odd, octave(byte, 0, places.entry),
                                           octave(byte, 1, places.entry));
    __m512i upper = _mm512_mask_blend_epi8(odd, octave(byte, 2, places.entry),
                                           octave(byte, 3, places.entry));
    return _mm512_mask_blend_epi8(places.upper_octaves, lower, upper);
  }
};

// In each 16 bits, the lower byte of `lower` below the upper byte of `upper`.
inline __m512i bytes_of(__m512i lower, __m512i upper) {
  return _mm512_ternarylogic_epi32(_mm512_set1_epi16(0xff), lower, upper, 0xca);
}
inline __m512i down(__m512i words) { return _mm512_srli_epi16(words, 8); }
inline __m512i up(__m512i words) { return _mm512_slli_epi16(words, 8); }
inline F dot(F sum, __m512i x, __m512i y) {
  return _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)y);
}

// Where 64 logits stand in the tables; false where one of them does not.
inline bool find(const uint16_t *x, Places &places) {
  __m512i lowest = _mm512_set1_epi16(short(BackgroundTables::lowest));
  __m512i first = _mm512_sub_epi16(_mm512_loadu_si512(x), lowest);
  __m512i second = _mm512_sub_epi16(_mm512_loadu_si512(x + 32), lowest);
  if (_mm512_test_epi16_mask(first | second, _mm512_set1_epi16(short(0xfe00)))) return false;
  places.entry = bytes_of(first, up(second));
  __m512i octaves = bytes_of(down(first), second);
  places.upper_octaves = _mm512_test_epi8_mask(octaves, _mm512_set1_epi8(1));
  return true;
}

// Below so many entries, making the tables costs more than they save.
constexpr int64_t entries_worth_tables = 1 << 16;

template <Focus focus>
double sum_untouched(const Job &job, const Constants &c, const uint16_t *x, uint16_t *gradient,
                     int64_t count, uint64_t touched) {
  if (job.rows * job.categories < entries_worth_tables)
    return sum_untouched<focus, uint16_t>(job, c, x, gradient, count, touched);
  thread_local BackgroundTables tables;
  if (tables.gamma != job.gamma || tables.weight != job.background_weight)
    tables.make<focus>(job, c);

  alignas(64) uint16_t unwanted[chunk_entries];
  uint16_t *to = gradient ? gradient : unwanted;
  static_assert(block_entries == 64);
  __m512i entries[chunk_entries / block_entries];
  __mmask64 upper_octaves[chunk_entries / block_entries];
  int32_t offset[chunk_entries / block_entries];
  int found = 0;
  uint64_t missed = 0;
  F sums[3][2] = {};

  TwoTables gradients(tables, 0);
  int64_t blocks = count / block_entries;
  for (int64_t i = 0; i < blocks; ++i) {
    if (touched >> i & 1) continue;
    int64_t start = i * block_entries;
    Places place;
    if (!find(x + start, place)) {
      missed |= uint64_t(1) << i;
      continue;
    }
    entries[found] = place.entry;
    upper_octaves[found] = place.upper_octaves;
    offset[found++] = int32_t(start);
    __m512i low = gradients.look_up(0, place), high = gradients.look_up(1, place);
    __m512i first = bytes_of(low, up(high)), second = bytes_of(down(low), high);
    _mm512_storeu_si512(to + start, first);
    _mm512_storeu_si512(to + start + 32, second);
    sums[0][0] = dot(sums[0][0], first, _mm512_set1_epi16(0x3f80));
    sums[0][1] = dot(sums[0][1], second, _mm512_set1_epi16(0x3f80));
  }
  TwoTables ratios(tables, 2);
  for (int k = 0; k < found; ++k) {
    __m512i first = _mm512_loadu_si512(to + offset[k]);
    __m512i second = _mm512_loadu_si512(to + offset[k] + 32);
    for (int i = 0; i < 2; ++i) {
      __m512i upper = _mm512_set1_epi16(0x3f00);
      __m512i digits = ratios.look_up(i, {entries[k], upper_octaves[k]});
      sums[1 + i][0] = dot(sums[1 + i][0], first, bytes_of(digits, upper));
      sums[1 + i][1] = dot(sums[1 + i][1], second, down(digits) | upper);
    }
  }
  F sum = tables.a * (sums[0][0] + sums[0][1]);
  sum = Machine::fma<F>(splat(tables.b), sums[1][0] + sums[1][1], sum);
  sum = Machine::fma<F>(splat(tables.c), sums[2][0] + sums[2][1], sum);

  // What the tables do not hold, and the last entries, fewer than a block.
  if (count % block_entries && !(touched >> blocks & 1)) missed |= uint64_t(1) << blocks;
  return total(sum) + sum_untouched<focus, uint16_t>(job, c, x, gradient, count, ~missed);
}

}  // namespace
}  // namespace focal
