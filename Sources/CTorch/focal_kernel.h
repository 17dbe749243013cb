// The fused focal loss as its kernels see it: no tensor, no thread, no LibTorch.
//
// Every sigmoid loss of the paper is w f(x): x the logit of a background entry, or minus the logit
// of an object's own category; w the weight of its side. With p = sigmoid(x) and s = softplus(x),
//   f(x) = p^gamma s,    f'(x) = p^gamma (gamma (1 - p) s + p).
#ifndef FOCAL_KERNEL_H
#define FOCAL_KERNEL_H

#include <cstdint>

namespace focal {

// The most entries that one call takes: their logits, gradient and losses fit a first-level cache
// of 32 KiB, and so few losses can be summed in single precision (128 a lane in the widest kernel).
constexpr int64_t chunk_entries = 2048;

// Up to this gamma every loss and gradient of a finite logit is finite, in all kernels.
constexpr double greatest_gamma = 10000;

constexpr int64_t background = -1;
constexpr int64_t ignored = -2;

// What is asked; the same for every chunk of a call.
struct Job {
  const void *logits;      // [rows, categories], row by row: float, or the upper halves of floats
  void *gradient;          // the same layout and type; null where it is not wanted
  const int64_t *classes;  // [rows]: a category, background or ignored
  int64_t rows, categories;
  double gamma;              // 0 to greatest_gamma
  double object_weight;      // what multiplies loss and gradient of an object's own category
  double background_weight;  // and of every other entry
};

// Entries [first, first + count), count <= chunk_entries, of one job: writes their gradient and,
// where `losses` is not null, their losses to losses[0..<count]; returns the sum of the losses.
// Where a class index among their rows is none, writes nothing but that row to `bad_row`.
using ChunkKernel = double (*)(const Job &job, int64_t first, int64_t count, float *losses,
                               int64_t *bad_row);

// Sums rows of losses, each of `categories` entries, into sums[0..<rows].
using RowSums = void (*)(const float *losses, int64_t rows, int64_t categories, float *sums);

struct Kernels {
  const char *name;
  ChunkKernel float32;
  ChunkKernel bfloat16;
  RowSums row_sums;
};

// Each is null where this build or this processor lacks the instructions; portable() never is.
const Kernels *avx512_vbmi();
const Kernels *avx512();
const Kernels *avx2();
const Kernels *neon();
const Kernels *portable();

}  // namespace focal

#endif
