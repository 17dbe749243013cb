// An allocator for tensors in main memory that keeps freed blocks for the next tensor.
//
// The C library maps, clears and unmaps every large block anew; glibc can be told not to, but only
// for the main arena, which is not that of a Swift task. Here a block of 1 MiB or more goes to a
// free list when its tensor dies, and serves the next tensor of about its size, on any thread.
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "include/CTorch.h"

namespace {

constexpr size_t header_bytes = 64; // before each tensor, and its alignment
constexpr size_t least_kept = size_t(1) << 20;
constexpr size_t huge_page = size_t(2) << 20;
constexpr size_t least_limit = size_t(256) << 20;

// In front of each tensor's bytes; capacity 0 marks a small block, which is never kept.
struct Header {
  size_t capacity;
};

Header *header(void *tensor) { return (Header *)((char *)tensor - header_bytes); }

// Blocks come in eight sizes for each power of two, so that at most an eighth is wasted.
size_t rounded(size_t bytes) {
  size_t step = size_t(1) << (60 - __builtin_clzll(bytes));
  return (bytes + step - 1) / step * step;
}

void *new_block(size_t bytes) {
  void *block = nullptr;
  size_t alignment = bytes >= 2 * huge_page ? huge_page : header_bytes;
  if (posix_memalign(&block, alignment, bytes) != 0) return nullptr;
#if defined(MADV_HUGEPAGE)
  if (alignment == huge_page) madvise(block, bytes, MADV_HUGEPAGE);
#endif
  return block;
}

class KeepingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::kCPU)};
    TORCH_CHECK_WITH(OutOfMemoryError, bytes <= PTRDIFF_MAX / 2, "no memory for ", bytes, " bytes");
    size_t needed = bytes + header_bytes;
    void *tensor = needed < least_kept ? small(needed) : kept(rounded(needed));
    TORCH_CHECK_WITH(OutOfMemoryError, tensor, "no memory for ", bytes, " bytes");
    c10::profiledCPUMemoryReporter().New(tensor, bytes);
    return {tensor, tensor, &release, c10::Device(c10::kCPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

  void copy_data(void *to, const void *from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  // Gives freed blocks back to the system, the longest unused first, until `limit` bytes are left.
  void trim(size_t limit) {
    std::lock_guard<std::mutex> lock(mutex_);
    trim_locked(limit);
  }

  size_t kept_bytes() {
    std::lock_guard<std::mutex> lock(mutex_);
    return kept_bytes_;
  }

 private:
  static void *small(size_t needed) { return finished(new_block(needed), 0); }

  static void *finished(void *block, size_t capacity) {
    if (!block) return nullptr;
    ((Header *)block)->capacity = capacity;
    return (char *)block + header_bytes;
  }

  void *kept(size_t needed) {
    std::unique_lock<std::mutex> lock(mutex_);
    void *block = take_locked(needed);
    if (block) return (char *)block + header_bytes;
    lock.unlock();
    block = new_block(needed);
    if (!block) {
      trim(0);
      block = new_block(needed);
    }
    if (block) count_live(needed);
    return finished(block, needed);
  }

  // The smallest free block that fits, if it is not a quarter too large.
  void *take_locked(size_t needed) {
    auto found = free_.lower_bound({needed, 0});
    if (found == free_.end() || found->first.first > needed + needed / 4) return nullptr;
    void *block = found->second;
    kept_bytes_ -= found->first.first;
    live_bytes_ += found->first.first;
    peak_bytes_ = std::max(peak_bytes_, live_bytes_);
    free_.erase(found);
    return block;
  }

  void count_live(size_t capacity) {
    std::lock_guard<std::mutex> lock(mutex_);
    live_bytes_ += capacity;
    peak_bytes_ = std::max(peak_bytes_, live_bytes_);
  }

  static void release(void *tensor);

  // Freed blocks never hold more than living tensors once did together.
  void keep(void *block, size_t capacity) {
    std::lock_guard<std::mutex> lock(mutex_);
    live_bytes_ -= capacity;
    kept_bytes_ += capacity;
    free_.emplace(Key(capacity, ++clock_), block);
    trim_locked(std::max(peak_bytes_, least_limit));
  }

  void trim_locked(size_t limit) {
    while (kept_bytes_ > limit) {
      auto oldest = std::min_element(free_.begin(), free_.end(), [](auto &a, auto &b) {
        return a.first.second < b.first.second;
      });
      kept_bytes_ -= oldest->first.first;
      free(oldest->second);
      free_.erase(oldest);
    }
  }

  using Key = std::pair<size_t, uint64_t>; // capacity, time of release
  std::mutex mutex_;
  std::map<Key, void *> free_;
  size_t kept_bytes_ = 0;
  size_t live_bytes_ = 0;
  size_t peak_bytes_ = 0;
  uint64_t clock_ = 0;
};

// Never destroyed: tensors may outlive every static.
KeepingAllocator &shared() {
  static KeepingAllocator *allocator = new KeepingAllocator;
  return *allocator;
}

void KeepingAllocator::release(void *tensor) {
  if (!tensor) return;
  c10::profiledCPUMemoryReporter().Delete(tensor);
  Header *block = header(tensor);
  if (block->capacity == 0) return free(block);
  shared().keep(block, block->capacity);
}

} // namespace

// Above every priority that LibTorch itself gives an allocator.
void ct_keep_freed_memory(void) { c10::SetCPUAllocator(&shared(), 255); }
void ct_release_freed_memory(void) { shared().trim(0); }
size_t ct_kept_bytes(void) { return shared().kept_bytes(); }
