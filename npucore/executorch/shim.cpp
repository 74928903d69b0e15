// SPDX-License-Identifier: MIT
// An ExecuTorch backend whose three functions come from elsewhere (Python's ctypes): see shim.py.
#include <executorch/runtime/backend/interface.h>
#include <executorch/runtime/core/evalue.h>

#include <new>
#include <vector>

using namespace executorch::runtime;

extern "C" {
struct Argument {
  void *data;
  int64_t size_bytes;
  int32_t type, rank;
  const int32_t *sizes, *strides;
};
typedef uint64_t (*init_t)(const void *, uint64_t);                 // a handle, 0 for a failure
typedef int (*execute_t)(uint64_t, const Argument *, uint64_t);     // 0 if it went well
typedef void (*destroy_t)(uint64_t);
}

namespace {
init_t on_init;
execute_t on_execute;
destroy_t on_destroy;

class Npucore final : public BackendInterface {
 public:
  bool is_available() const override { return on_init != nullptr; }

  Result<DelegateHandle *> init(BackendInitContext &, FreeableBuffer *processed,
                                ArrayRef<CompileSpec>) const override {
    uint64_t handle = on_init(processed->data(), processed->size());
    processed->Free();
    if (!handle) return Error::DelegateInvalidCompatibility;
    return reinterpret_cast<DelegateHandle *>(handle);
  }

  Error execute(BackendExecutionContext &, DelegateHandle *handle,
                Span<EValue *> values) const override {
    std::vector<Argument> arguments;
    for (EValue *value : values) {
      if (!value->isTensor()) return Error::InvalidArgument;
      auto tensor = value->toTensor();
      arguments.push_back({tensor.mutable_data_ptr(), (int64_t)tensor.nbytes(),
                           (int32_t)tensor.scalar_type(), (int32_t)tensor.dim(),
                           tensor.sizes().data(), tensor.strides().data()});
    }
    auto failed = on_execute(reinterpret_cast<uint64_t>(handle), arguments.data(), arguments.size());
    return failed ? Error::DelegateInvalidHandle : Error::Ok;
  }

  void destroy(DelegateHandle *handle) const override {
    if (on_destroy) on_destroy(reinterpret_cast<uint64_t>(handle));
  }
};

// Never destroyed: the runtime may outlive this library's destructors.
Npucore *const backend = new Npucore;
}  // namespace

extern "C" __attribute__((visibility("default"))) const char *npucore_built_for() {
  return NPUCORE_BUILT_FOR;
}

extern "C" __attribute__((visibility("default"))) int npucore_register(init_t init,
                                                                       execute_t execute,
                                                                       destroy_t destroy) {
  on_init = init;
  on_execute = execute;
  on_destroy = destroy;
  return (int)register_backend(Backend{"NpucoreBackend", backend});
}
