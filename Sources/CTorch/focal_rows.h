// What the entries of a chunk are: background, nearly all, or else.
namespace focal {
namespace {

// A chunk is dealt with in blocks of so many entries, at most 64 of them.
constexpr int64_t block_entries = 64;

// The blocks in which a row that is not background has a part, one bit each.
struct Scan {
  uint64_t touched;
  bool sound;
};

inline Scan scan(const Job &job, int64_t first, int64_t count, int64_t *bad_row) {
  int64_t row = first / job.categories, end = (first + count - 1) / job.categories + 1;
  Scan result{0, true};
  for (int64_t next; row < end; row = next) {
    next = std::min(row + 64, end);
    int64_t other = 0;
    for (int64_t i = row; i < next; ++i) other |= job.classes[i] ^ background;
    if (!other) continue;
    for (; row < next; ++row) {
      int64_t index = job.classes[row];
      if (index == background) continue;
      if (index < ignored || index >= job.categories) {
        *bad_row = row;
        return {0, false};
      }
      int64_t start = std::max<int64_t>(row * job.categories - first, 0);
      int64_t last = std::min((row + 1) * job.categories - first, count) - 1;
      uint64_t from_start = ~uint64_t(0) << start / block_entries;
      result.touched |= from_start & ~uint64_t(0) >> (63 - last / block_entries);
    }
  }
  return result;
}

// One sign for each of the entries [first, first + count), whose rows are sound.
inline void fill_signs(const Job &job, int64_t first, int64_t count, float *signs) {
  if (job.categories == 1) {
    for (int64_t i = 0; i < count; ++i) {
      int64_t index = job.classes[first + i];
      signs[i] = index >= 0 ? 1.0f : index == background ? -1.0f : 0.0f;
    }
    return;
  }
  int64_t row = first / job.categories;
  int64_t start = row * job.categories - first;  // of the row, in the chunk
  for (; start < count; ++row, start += job.categories) {
    int64_t index = job.classes[row];
    float sign = index == ignored ? 0.0f : -1.0f;
    int64_t end = std::min(start + job.categories, count);
    for (int64_t i = std::max<int64_t>(start, 0); i < end; ++i) signs[i] = sign;
    int64_t own = start + index;
    if (index >= 0 && own >= 0 && own < count) signs[own] = 1;
  }
}

}  // namespace
}  // namespace focal
