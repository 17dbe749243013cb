// The loops of the fused focal loss, written once for all sets of instructions.
//
// Included by each focal_kernel_<set>.cpp after its `Machine` and inside its target pragma. All of
// it has internal linkage, so that the linker cannot put one set's code in the place of another's.
//
// Blocks of nothing but background, nearly all there are, take `sum_background`. A block in which a
// row is something else takes `sum_signed`, where a sign says what each entry is. That loop also
// serves all blocks of a chunk whose sum is not finite, because it alone takes care of infinite
// logits.
//
// Memory sets the limit, one pass over logits and gradient; above it all is bound by arithmetic: the
// two multiply-add pipes are busy for 15 of 22 cycles. Cycles for 16
// entries in the first-level cache of Zen 4, loss and gradient (loss alone), gamma = 2: AVX-512 23
// (20), AVX2 42 (38), four lanes without fused multiply-add 125 (112); where each block has a
// positive logit, 31 instead of 23. AVX-512 with gamma = 0: 20 (16), with gamma = 1.5: 41 (36).
// With logits from main memory two cores lose another 5 %; neither prefetching nor stores past the cache made
// that less.
#include "focal_rows.h"
#include "focal_terms.h"

namespace focal {
namespace {

// The sum of all lanes.
template <int64_t count> inline double total_of(const double *sums) {
  if constexpr (count == 1) return sums[0];
  else return total_of<count / 2>(sums) + total_of<count / 2>(sums + count / 2);
}
inline double total(F lanes) {
  double sums[width];
  for (int64_t i = 0; i < width; ++i) sums[i] = lanes[i];
  return total_of<width>(sums);
}
inline double total(W lanes) {
  auto both = Machine::halves(lanes);
  return total(both.half[0] + both.half[1]);
}

// A logit so low that its loss and gradient as background are 0: it fills the lanes past the end.
constexpr float certain = -1e5f;

// Finite logits, a few. Not inlined, so that its constants leave the registers to the loop below.
template <Focus focus, typename Element>
__attribute__((noinline)) double sum_finite(const Constants &c, const Element *x,
                                            Element *gradient, int64_t count) {
  F sum{};
  for (int64_t i = 0; i < count; i += width) {
    int64_t rest = std::min(count - i, width);
    bool whole = rest == width;
    F logits = whole ? Machine::load<F>(x + i) : Machine::load_first(x + i, rest, certain);
    Terms t = terms<focus, Range::finite>(c, c.background_weight, logits);
    F slope = t.modulator * t.slope;
    if (gradient && whole) Machine::store(gradient + i, slope);
    if (gradient && !whole) Machine::store_first(gradient + i, slope, rest);
    sum = Machine::fma(t.modulator, t.entropy, sum);
  }
  return total(sum);
}

// Usual logits from `i` on, until one is not.
template <Focus focus, bool wants_gradient, typename Element>
inline double sum_usual(const Constants &c, const Element *x, Element *gradient, int64_t count,
                        int64_t &i) {
  UsualBackground<focus> background(c);
  W sum{};
  for (; i + 2 * width <= count; i += 2 * width) {
    W logits = Machine::load<W>(x + i);
    if (!Machine::usual(logits)) break;
    W slopes = background.add(logits, sum);
    if (wants_gradient) Machine::store(gradient + i, slopes);
  }
  return total(sum) / background.factor;
}

template <Focus focus, typename Element>
double sum_background(const Constants &c, const Element *x, Element *gradient, int64_t count) {
  double sum = 0;
  int64_t few = 0;
  for (int64_t i = 0; i < count; i += few) {
    int64_t start = i;
    if (count - i >= 2 * width && Machine::usual(Machine::load<W>(x + i)))
      sum += gradient ? sum_usual<focus, true>(c, x, gradient, count, i)
                      : sum_usual<focus, false>(c, x, gradient, count, i);
    // Where nothing is usual, longer steps are worth while.
    few = std::min(count - i, i > start ? block_entries : block_entries + 2 * few);
    if (few > 0) sum += sum_finite<focus>(c, x + i, gradient ? gradient + i : nullptr, few);
  }
  return sum;
}

struct Entries {
  F loss, gradient;
};

// Signs: 1 for an object's own category, -1 for background, 0 for what counts for nothing.
template <Focus focus> inline Entries signed_entries(const Constants &c, F x, F sign) {
  I turned = ~bits(sign) & INT32_MIN;
  F weight = sign > 0 ? c.object_weight : c.background_weight;
  Terms t = terms<focus, Range::all>(c, weight, number(bits(x) ^ turned));
  I counts = sign != 0;
  return {number(bits(t.modulator * t.entropy) & counts),
          number((bits(t.modulator * t.slope) ^ turned) & counts)};
}

template <Focus focus, typename Element>
double sum_signed(const Constants &c, const Element *x, const float *signs, Element *gradient,
                  float *losses, int64_t count) {
  F sum{};
  int64_t i = 0;
  for (; i + width <= count; i += width) {
    F sign = Machine::load<F>(signs + i);
    Entries entries = signed_entries<focus>(c, Machine::load<F>(x + i), sign);
    if (gradient) Machine::store(gradient + i, entries.gradient);
    if (losses) Machine::store(losses + i, entries.loss);
    sum += entries.loss;
  }
  if (int64_t rest = count - i) {
    F sign = Machine::load_first(signs + i, rest, 0);
    Entries entries = signed_entries<focus>(c, Machine::load_first(x + i, rest, 0), sign);
    if (gradient) Machine::store_first(gradient + i, entries.gradient, rest);
    if (losses) Machine::store_first(losses + i, entries.loss, rest);
    sum += entries.loss;
  }
  return total(sum);
}

// The blocks that are not touched, run by run.
template <Focus focus, typename Element>
double sum_untouched(const Job &, const Constants &c, const Element *x, Element *gradient,
                     int64_t count, uint64_t touched) {
  double sum = 0;
  int64_t blocks = (count + block_entries - 1) / block_entries;
  for (int64_t i = 0; i < blocks; ++i) {
    if (touched >> i & 1) continue;
    int64_t end = i + 1;
    while (end < blocks && !(touched >> end & 1)) ++end;
    int64_t start = i * block_entries;
    sum += sum_background<focus>(c, x + start, gradient ? gradient + start : nullptr,
                                 std::min(end * block_entries, count) - start);
    i = end;
  }
  return sum;
}

template <Focus focus, typename Element>
double sum_touched(const Job &job, const Constants &c, int64_t first, const Element *x,
                   Element *gradient, float *losses, int64_t count, uint64_t touched) {
  double sum = 0;
  for (; touched; touched &= touched - 1) {
    int64_t start = __builtin_ctzll(touched) * block_entries;
    if (start >= count) break;
    int64_t entries = std::min(count - start, block_entries);
    float signs[block_entries];
    fill_signs(job, first + start, entries, signs);
    sum += sum_signed<focus>(c, x + start, signs, gradient ? gradient + start : nullptr,
                             losses ? losses + start : nullptr, entries);
  }
  return sum;
}

}  // namespace
}  // namespace focal

#if FOCAL_BACKGROUND_TABLES
#include "focal_background_tables.h"
#endif

namespace focal {
namespace {

template <Focus focus, typename Element>
double sum_chunk(const Job &job, int64_t first, int64_t count, uint64_t touched, float *losses) {
  Constants c(job);
  auto x = (const Element *)job.logits + first;
  auto gradient = job.gradient ? (Element *)job.gradient + first : nullptr;
  double sum = 0;
  if (!losses) sum = sum_untouched<focus>(job, c, x, gradient, count, touched);
  if (losses || !std::isfinite(sum)) sum = 0, touched = ~uint64_t(0);
  return sum + sum_touched<focus>(job, c, first, x, gradient, losses, count, touched);
}

template <typename Element>
double chunk(const Job &job, int64_t first, int64_t count, float *losses, int64_t *bad_row) {
  Scan rows = scan(job, first, count, bad_row);
  if (!rows.sound) return 0;
  if (job.gamma == 0)
    return sum_chunk<Focus::none, Element>(job, first, count, rows.touched, losses);
  if (job.gamma == 2)
    return sum_chunk<Focus::two, Element>(job, first, count, rows.touched, losses);
  return sum_chunk<Focus::any, Element>(job, first, count, rows.touched, losses);
}

void row_sums(const float *losses, int64_t rows, int64_t categories, float *sums) {
  for (int64_t row = 0; row < rows; ++row, losses += categories) {
    F sum{};
    int64_t i = 0;
    for (; i + width <= categories; i += width) sum += Machine::load<F>(losses + i);
    if (i < categories) sum += Machine::load_first(losses + i, categories - i, 0);
    sums[row] = float(total(sum));
  }
}

}  // namespace
}  // namespace focal
