/// ONNX Runtime's C interface as far as running a detector takes it, opened while running.
///
/// Nothing here links ONNX Runtime: where its library is not at hand, `ox_runtime_open` says so. An error is a
/// message that the caller frees with `ox_free`; NULL is success.
#ifndef CONNXRUNTIME_H
#define CONNXRUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct ox_runtime ox_runtime;
typedef struct ox_session ox_session;

/// One run of a model: inputs and outputs by name, at most 8 of each.
typedef struct ox_run ox_run;

/// A tensor of at most four dimensions, float32 or else int64; its pointer is set where it has elements.
typedef struct ox_output {
  int64_t shape[4];
  size_t rank;
  size_t count;
  bool is_float;
  const float *_Nullable floats;
  const int64_t *_Nullable integers;
} ox_output;

/// Opens the library; at least ONNX Runtime 1.14, the first that knows operator set 18.
char *_Nullable ox_runtime_open(const char *path, ox_runtime *_Nullable *_Nonnull out);
/// As `1.20.1`; lives as long as the runtime.
const char *ox_runtime_version(const ox_runtime *runtime);
void ox_runtime_close(ox_runtime *runtime);

/// Reads a model from a file.
char *_Nullable ox_session_open(ox_runtime *runtime, const char *path, int32_t threads,
                                ox_session *_Nullable *_Nonnull out);
void ox_session_close(ox_session *session);

char *_Nullable ox_run_new(ox_session *session, ox_run *_Nullable *_Nonnull out);
/// Adds a float32 tensor, whose elements are copied.
char *_Nullable ox_run_add_input(ox_run *run, const char *name, const float *_Nullable values,
                                 const int64_t *shape, size_t rank);
char *_Nullable ox_run_add_output(ox_run *run, const char *name);
char *_Nullable ox_run_execute(ox_run *run);
/// Lends an output, in the order of adding, until the run is freed.
char *_Nullable ox_run_output(ox_run *run, size_t index, ox_output *out);
void ox_run_free(ox_run *run);

void ox_free(void *_Nullable memory);

#pragma clang assume_nonnull end

#endif
