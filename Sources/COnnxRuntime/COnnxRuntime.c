#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The table of functions only grows: entries keep their places since version 1 of the interface. Those of this
// version are asked for, which ONNX Runtime 1.14 and everything after it have.
enum { API_VERSION = 14 };

enum {
  GET_ERROR_MESSAGE = 2,
  CREATE_ENV = 3,
  CREATE_SESSION = 7,
  RUN = 9,
  CREATE_SESSION_OPTIONS = 10,
  SET_INTRA_OP_NUM_THREADS = 24,
  CREATE_TENSOR_WITH_DATA = 49,
  GET_TENSOR_MUTABLE_DATA = 51,
  GET_TENSOR_ELEMENT_TYPE = 60,
  GET_DIMENSIONS_COUNT = 61,
  GET_DIMENSIONS = 62,
  GET_TENSOR_SHAPE_ELEMENT_COUNT = 64,
  GET_TENSOR_TYPE_AND_SHAPE = 65,
  CREATE_CPU_MEMORY_INFO = 69,
  RELEASE_ENV = 92,
  RELEASE_STATUS = 93,
  RELEASE_MEMORY_INFO = 94,
  RELEASE_SESSION = 95,
  RELEASE_VALUE = 96,
  RELEASE_TENSOR_TYPE_AND_SHAPE = 99,
  RELEASE_SESSION_OPTIONS = 100
};

enum { ELEMENT_FLOAT = 1, ELEMENT_INT64 = 7, LOG_ERRORS = 3, ARENA_ALLOCATOR = 1 };

typedef void (*function)(void);
typedef struct api_base {
  const function *(*get_api)(uint32_t version);
  const char *(*version)(void);
} api_base;

struct ox_runtime {
  void *library;
  const function *api;
  const char *version;
  void *env;
};

struct ox_session {
  ox_runtime *runtime;
  void *session;
  void *memory;
};

enum { MOST_VALUES = 8 };

struct ox_run {
  ox_session *session;
  size_t input_count;
  size_t output_count;
  char *input_names[MOST_VALUES];
  char *output_names[MOST_VALUES];
  void *inputs[MOST_VALUES];
  void *outputs[MOST_VALUES];
  void *copies[MOST_VALUES];
};

typedef void (*release_call)(void *);

static char *message(const char *text) {
  char *copy = strdup(text);
  return copy ? copy : strdup("out of memory");
}

// Takes a status that ONNX Runtime gave; NULL is success there, too.
static char *reason(const ox_runtime *runtime, void *status) {
  if (!status) return NULL;
  const char *(*text)(const void *) =
      (const char *(*)(const void *))runtime->api[GET_ERROR_MESSAGE];
  char *copy = message(text(status));
  ((release_call)runtime->api[RELEASE_STATUS])(status);
  return copy;
}

static void release(const ox_runtime *runtime, int which, void *object) {
  if (object) ((release_call)runtime->api[which])(object);
}

char *ox_runtime_open(const char *path, ox_runtime **out) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return message(dlerror());
  const api_base *(*get_base)(void) =
      (const api_base *(*)(void))dlsym(library, "OrtGetApiBase");
  const api_base *base = get_base ? get_base() : NULL;
  if (!base) {
    dlclose(library);
    return message("it is no ONNX Runtime: OrtGetApiBase is missing");
  }
  const function *api = base->get_api(API_VERSION);
  if (!api) {
    char text[160];
    snprintf(text, sizeof text, "found ONNX Runtime %s, expected 1.%d or newer", base->version(),
             (int)API_VERSION);
    dlclose(library);
    return message(text);
  }
  ox_runtime *runtime = calloc(1, sizeof *runtime);
  if (!runtime) {
    dlclose(library);
    return message("out of memory");
  }
  *runtime = (ox_runtime){library, api, base->version(), NULL};
  void *(*create)(int, const char *, void **) =
      (void *(*)(int, const char *, void **))api[CREATE_ENV];
  char *error = reason(runtime, create(LOG_ERRORS, "focal", &runtime->env));
  if (error) {
    ox_runtime_close(runtime);
    return error;
  }
  *out = runtime;
  return NULL;
}

const char *ox_runtime_version(const ox_runtime *runtime) { return runtime->version; }

// The library stays loaded: its threads and exit handlers do not survive being unloaded.
void ox_runtime_close(ox_runtime *runtime) {
  release(runtime, RELEASE_ENV, runtime->env);
  free(runtime);
}

char *ox_session_open(ox_runtime *runtime, const char *path, int32_t threads, ox_session **out) {
  ox_session *session = calloc(1, sizeof *session);
  if (!session) return message("out of memory");
  session->runtime = runtime;
  const function *api = runtime->api;
  void *options = NULL;
  char *error = reason(runtime, ((void *(*)(void **))api[CREATE_SESSION_OPTIONS])(&options));
  if (!error) {
    error = reason(runtime, ((void *(*)(void *, int))api[SET_INTRA_OP_NUM_THREADS])(options,
                                                                                  threads));
  }
  if (!error) {
    void *(*create)(void *, const char *, void *, void **) =
        (void *(*)(void *, const char *, void *, void **))api[CREATE_SESSION];
    error = reason(runtime, create(runtime->env, path, options, &session->session));
  }
  if (!error) {
    void *(*create)(int, int, void **) = (void *(*)(int, int, void **))api[CREATE_CPU_MEMORY_INFO];
    error = reason(runtime, create(ARENA_ALLOCATOR, 0, &session->memory));
  }
  release(runtime, RELEASE_SESSION_OPTIONS, options);
  if (error) {
    ox_session_close(session);
    return error;
  }
  *out = session;
  return NULL;
}

void ox_session_close(ox_session *session) {
  release(session->runtime, RELEASE_SESSION, session->session);
  release(session->runtime, RELEASE_MEMORY_INFO, session->memory);
  free(session);
}

char *ox_run_new(ox_session *session, ox_run **out) {
  ox_run *run = calloc(1, sizeof *run);
  if (!run) return message("out of memory");
  run->session = session;
  *out = run;
  return NULL;
}

char *ox_run_add_input(ox_run *run, const char *name, const float *values, const int64_t *shape,
                       size_t rank) {
  if (run->input_count == MOST_VALUES) return message("a run has at most 8 inputs");
  const ox_runtime *runtime = run->session->runtime;
  size_t at = run->input_count;
  size_t count = 1;
  for (size_t dim = 0; dim < rank; ++dim) count *= (size_t)shape[dim];
  run->input_names[at] = strdup(name);
  run->copies[at] = malloc(count * sizeof(float) + 1);
  run->input_count += 1;
  if (!run->input_names[at] || !run->copies[at]) return message("out of memory");
  if (count > 0) memcpy(run->copies[at], values, count * sizeof(float));
  void *(*create)(const void *, void *, size_t, const int64_t *, size_t, int, void **) =
      (void *(*)(const void *, void *, size_t, const int64_t *, size_t, int,
                 void **))runtime->api[CREATE_TENSOR_WITH_DATA];
  return reason(runtime, create(run->session->memory, run->copies[at], count * sizeof(float), shape,
                                rank, ELEMENT_FLOAT, &run->inputs[at]));
}

char *ox_run_add_output(ox_run *run, const char *name) {
  if (run->output_count == MOST_VALUES) return message("a run has at most 8 outputs");
  run->output_names[run->output_count] = strdup(name);
  if (!run->output_names[run->output_count]) return message("out of memory");
  run->output_count += 1;
  return NULL;
}

char *ox_run_execute(ox_run *run) {
  const ox_runtime *runtime = run->session->runtime;
  void *(*execute)(void *, const void *, char *const *, void *const *, size_t, char *const *, size_t,
                   void **) =
      (void *(*)(void *, const void *, char *const *, void *const *, size_t, char *const *, size_t,
                 void **))runtime->api[RUN];
  return reason(runtime,
                execute(run->session->session, NULL, run->input_names, run->inputs,
                        run->input_count, run->output_names, run->output_count, run->outputs));
}

char *ox_run_output(ox_run *run, size_t index, ox_output *out) {
  if (index >= run->output_count || !run->outputs[index]) return message("there is no such output");
  const ox_runtime *runtime = run->session->runtime;
  const function *api = runtime->api;
  void *value = run->outputs[index];
  void *info = NULL;
  void *data = NULL;
  int type = 0;
  *out = (ox_output){0};
  char *error = reason(
      runtime, ((void *(*)(const void *, void **))api[GET_TENSOR_TYPE_AND_SHAPE])(value, &info));
  if (!error) {
    error = reason(runtime,
                   ((void *(*)(const void *, int *))api[GET_TENSOR_ELEMENT_TYPE])(info, &type));
  }
  if (!error) {
    error = reason(
        runtime, ((void *(*)(const void *, size_t *))api[GET_DIMENSIONS_COUNT])(info, &out->rank));
  }
  if (!error && out->rank > 4) error = message("an output has more than four dimensions");
  if (!error) {
    error = reason(runtime, ((void *(*)(const void *, int64_t *, size_t))api[GET_DIMENSIONS])(
                                info, out->shape, out->rank));
  }
  if (!error) {
    error = reason(runtime, ((void *(*)(const void *, size_t *))api[GET_TENSOR_SHAPE_ELEMENT_COUNT])(
                                info, &out->count));
  }
  if (!error) {
    error = reason(runtime,
                   ((void *(*)(void *, void **))api[GET_TENSOR_MUTABLE_DATA])(value, &data));
  }
  release(runtime, RELEASE_TENSOR_TYPE_AND_SHAPE, info);
  if (error) return error;
  out->is_float = type == ELEMENT_FLOAT;
  if (type == ELEMENT_FLOAT) out->floats = data;
  else if (type == ELEMENT_INT64) out->integers = data;
  else return message("an output is neither float32 nor int64");
  return NULL;
}

void ox_run_free(ox_run *run) {
  for (size_t i = 0; i < MOST_VALUES; ++i) {
    release(run->session->runtime, RELEASE_VALUE, run->inputs[i]);
    release(run->session->runtime, RELEASE_VALUE, run->outputs[i]);
    free(run->input_names[i]);
    free(run->output_names[i]);
    free(run->copies[i]);
  }
  free(run);
}

void ox_free(void *memory) { free(memory); }
