// Networks as TorchScript: compiled from source, saved, read back, run.
#include <fstream>

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "shim.hpp"

using namespace ct;

struct ct_script {
  torch::jit::Module module;
};

ct_status ct_script_new(const char *name, ct_script **out) {
  return guarded([&] { *out = new ct_script{torch::jit::Module(name)}; });
}

void ct_script_free(ct_script *script) { delete script; }

ct_status ct_script_add_buffer(ct_script *script, const char *name, const ct_tensor *tensor) {
  return guarded([&] { script->module.register_buffer(name, tensor->value.detach()); });
}

ct_status ct_script_define(ct_script *script, const char *source) {
  return guarded([&] {
    script->module.define(source);
    script->module.eval();
  });
}

ct_status ct_script_save(const ct_script *script, const char *path, const char *note_name,
                         const char *note) {
  return guarded([&] {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    TORCH_CHECK(file.good(), "cannot be opened for writing: ", strerror(errno));
    script->module.save(file, {{note_name, note}});
    file.close();
    TORCH_CHECK(file.good(), "cannot be written: ", strerror(errno));
  });
}

ct_status ct_script_load(const char *path, const char *note_name, ct_script **out, char **note) {
  return guarded([&] {
    torch::jit::ExtraFilesMap notes{{note_name, ""}};
    auto script = std::make_unique<ct_script>(
        ct_script{torch::jit::load(std::string(path), at::Device(at::kCPU), notes)});
    char *copy = strdup(notes[note_name].c_str());
    if (!copy) throw std::bad_alloc();
    *note = copy;
    *out = script.release();
  });
}

ct_status ct_script_run(ct_script *script, ct_tensors inputs, ptrdiff_t input_count,
                        ct_tensor **outputs, ptrdiff_t output_count) {
  return guarded([&] {
    std::vector<c10::IValue> arguments;
    for (auto &value : list(inputs, input_count)) arguments.emplace_back(std::move(value));
    auto result = script->module.forward(std::move(arguments));
    TORCH_CHECK(result.isTuple(), "forward returned a ", result.tagKind(), ", expected a tuple");
    const auto &elements = result.toTupleRef().elements();
    TORCH_CHECK(ptrdiff_t(elements.size()) == output_count, "forward returned ", elements.size(),
                " values, expected ", output_count);
    std::vector<std::unique_ptr<ct_tensor>> owned;
    for (const auto &element : elements) {
      owned.push_back(std::make_unique<ct_tensor>(ct_tensor{element.toTensor()}));
    }
    for (ptrdiff_t i = 0; i < output_count; ++i) outputs[i] = owned[i].release();
  });
}
