// Stores: what processes know of each other before they are connected, and when they no longer are.
#include "shared.hpp"

#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <c10/util/Logging.h>

using namespace ct;

// c10d writes each attempt to standard error, with the place in its sources; what is wrong comes back
// as a status too.
static void quiet_c10d() {
  if (!getenv("TORCH_CPP_LOG_LEVEL")) FLAGS_caffe2_log_level = c10::GLOG_FATAL;
}

ct_status ct_store_over_tcp(const char *host, uint16_t port, bool serves, int64_t milliseconds,
                            ct_store **out) {
  return guarded([&] {
    quiet_c10d();
    c10d::TCPStoreOptions options;
    options.port = port;
    options.isServer = serves;
    // Who is there is for the callers to find out, who can say who is not.
    options.waitWorkers = false;
    options.timeout = std::chrono::milliseconds(milliseconds);
    auto store = c10::make_intrusive<c10d::TCPStore>(host, options);
    uint16_t found = store->getPort();
    *out = new ct_store{std::move(store), found};
  });
}

ct_status ct_store_in_file(const char *path, ptrdiff_t workers, int64_t milliseconds,
                           ct_store **out) {
  return guarded([&] {
    auto store = c10::make_intrusive<c10d::FileStore>(path, int(workers));
    store->setTimeout(std::chrono::milliseconds(milliseconds));
    *out = new ct_store{std::move(store)};
  });
}

ct_status ct_store_clone(const ct_store *store, ct_store **out) {
  return guarded([&] { *out = new ct_store{store->value->clone(), store->port}; });
}

void ct_store_free(ct_store *store) { delete store; }

uint16_t ct_store_port(const ct_store *store) { return store->port; }

ct_status ct_store_set(const ct_store *store, const char *key, const void *bytes, size_t count) {
  return guarded([&] { store->value->set(key, bytes_of(bytes, count)); });
}

ct_status ct_store_set_first(const ct_store *store, const char *key, const void *bytes,
                             size_t count) {
  return guarded([&] { store->value->compareSet(key, {}, bytes_of(bytes, count)); });
}

ct_status ct_store_has(const ct_store *store, const char *key, bool *out) {
  return guarded([&] { *out = store->value->check({key}); });
}

ct_status ct_store_get(const ct_store *store, const char *key, ct_tensor **out) {
  return giving(out, [&] { return tensor_of(store->value->get(key)); });
}

ct_status ct_store_get_each(const ct_store *store, const char *const *keys, ptrdiff_t count,
                            ct_tensor **out) {
  return guarded([&] {
    std::vector<std::vector<uint8_t>> values;
    if (store->value->hasExtendedApi()) {
      values = store->value->multiGet(std::vector<std::string>(keys, keys + count));
    } else {
      for (ptrdiff_t i = 0; i < count; ++i) values.push_back(store->value->get(keys[i]));
    }
    std::vector<std::unique_ptr<ct_tensor>> handles;
    for (auto &value : values) handles.push_back(std::make_unique<ct_tensor>(ct_tensor{tensor_of(value)}));
    for (ptrdiff_t i = 0; i < count; ++i) out[i] = handles[i].release();
  });
}
