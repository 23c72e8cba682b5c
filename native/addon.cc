// The Node-API side: memory, the pool, and one function per op that takes numbers only.
#include <node_api.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <cstring>
#include <exception>
#include <new>

#include "operations.h"

namespace monosem {

#if defined(__x86_64__)
namespace avx512 {
extern const Level kLevel;
}
namespace avx2 {
extern const Level kLevel;
}
namespace baseline {
extern const Level kLevel;
}
#else
namespace MONOSEM_ONLY_LEVEL {
extern const Level kLevel;
}
#endif

namespace {

constexpr size_t kMostArguments = 32;
constexpr int kVersion = 3;

struct Memory {
  void* data;
  size_t bytes;
};

void free(napi_env env, Memory& memory) {
  if (memory.data == nullptr) return;
  freeMemory(memory.data, memory.bytes);
  memory.data = nullptr;
  int64_t held;
  napi_adjust_external_memory(env, -static_cast<int64_t>(memory.bytes), &held);
}

template <size_t N>
size_t read(napi_env env, napi_callback_info info, napi_value (&values)[N], void** data = nullptr) {
  size_t count = N;
  napi_get_cb_info(env, info, &count, values, nullptr, data);
  return count;
}

double toNumber(napi_env env, napi_value value) {
  double number = 0;
  napi_get_value_double(env, value, &number);
  return number;
}

napi_value fromNumber(napi_env env, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  return value;
}

template <class T>
T* toPointer(napi_env env, napi_value value) {
  void* pointer = nullptr;
  napi_get_value_external(env, value, &pointer);
  return static_cast<T*>(pointer);
}

/**
 * Arrays of a megabyte or more go back to the system when they are freed. Otherwise glibc raises this bound with every larger
 * one that it has seen, and keeps them among the small ones until the process ends.
 */
void returnLargeArrays() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

/** allocate(bytes): an external that frees itself when collected. */
napi_value allocate(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  read(env, info, arguments);
  const size_t bytes = static_cast<size_t>(toNumber(env, arguments[0]));
  try {
    auto* memory = new Memory{allocateMemory(bytes), bytes};
    int64_t held;
    napi_adjust_external_memory(env, static_cast<int64_t>(bytes), &held);
    napi_value external;
    napi_create_external(
        env, memory,
        [](napi_env finalEnv, void* data, void*) {
          auto* block = static_cast<Memory*>(data);
          free(finalEnv, *block);
          delete block;
        },
        nullptr, &external);
    return external;
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, "out of memory");
    return nullptr;
  }
}

/** address(memory): where it lies, as a number. */
napi_value address(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  read(env, info, arguments);
  return fromNumber(env, static_cast<double>(reinterpret_cast<uintptr_t>(toPointer<Memory>(env, arguments[0])->data)));
}

/** release(memory): frees it now. */
napi_value release(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  read(env, info, arguments);
  free(env, *toPointer<Memory>(env, arguments[0]));
  return nullptr;
}

/** copyIn(address, typedArray) */
napi_value copyIn(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  read(env, info, arguments);
  napi_typedarray_type type;
  size_t length;
  void* data;
  napi_get_typedarray_info(env, arguments[1], &type, &length, &data, nullptr, nullptr);
  if (length > 0) memcpy(reinterpret_cast<void*>(static_cast<uintptr_t>(toNumber(env, arguments[0]))), data, length * 4);
  return nullptr;
}

/** copyOut(typedArray, address) */
napi_value copyOut(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  read(env, info, arguments);
  napi_typedarray_type type;
  size_t length;
  void* data;
  napi_get_typedarray_info(env, arguments[0], &type, &length, &data, nullptr, nullptr);
  if (length > 0) memcpy(data, reinterpret_cast<void*>(static_cast<uintptr_t>(toNumber(env, arguments[1]))), length * 4);
  return nullptr;
}

struct Instance {
  Pool pool;
  const Level* level;
};

/** An op: (instance's address, numbers ...). */
napi_value callOperation(napi_env env, napi_callback_info info) {
  napi_value arguments[kMostArguments];
  double numbers[kMostArguments] = {};
  void* operation;
  const size_t count = read(env, info, arguments, &operation);
  if (count > kMostArguments) {
    napi_throw_error(env, nullptr, "an op got more arguments than the addon takes");
    return nullptr;
  }
  for (size_t i = 0; i < count; i++) numbers[i] = toNumber(env, arguments[i]);
  auto* instance = reinterpret_cast<Instance*>(static_cast<uintptr_t>(numbers[0]));
  FlushDenormals flush;
  try {
    static_cast<const Operation*>(operation)->call(instance->pool, Arguments{numbers + 1});
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

bool isSupported(const Level& level) {
#if defined(__x86_64__)
  if (strcmp(level.name, "avx512") == 0)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
  if (strcmp(level.name, "avx2") == 0)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
#endif
  (void)level;
  return true;
}

const Level* const* allLevels() {
#if defined(__x86_64__)
  static const Level* const levels[] = {&avx512::kLevel, &avx2::kLevel, &baseline::kLevel, nullptr};
#else
  static const Level* const levels[] = {&MONOSEM_ONLY_LEVEL::kLevel, nullptr};
#endif
  return levels;
}

/** levels(): names of what this processor runs, best first. */
napi_value levels(napi_env env, napi_callback_info) {
  napi_value names;
  napi_create_array(env, &names);
  uint32_t count = 0;
  for (const Level* const* level = allLevels(); *level != nullptr; level++) {
    if (!isSupported(**level)) continue;
    napi_value name;
    napi_create_string_utf8(env, (*level)->name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, count++, name);
  }
  return names;
}

/** createInstance(threads, level): { instance, address, operations }. */
napi_value createInstance(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  read(env, info, arguments);
  char name[32] = {};
  size_t length;
  napi_get_value_string_utf8(env, arguments[1], name, sizeof name, &length);
  const Level* found = nullptr;
  for (const Level* const* level = allLevels(); *level != nullptr; level++)
    if (strcmp((*level)->name, name) == 0) found = *level;
  if (found == nullptr) {
    napi_throw_error(env, nullptr, "unknown level");
    return nullptr;
  }
  auto* instance = new Instance{Pool(static_cast<int>(toNumber(env, arguments[0]))), found};
  napi_value result, external, operations;
  napi_create_object(env, &result);
  napi_create_object(env, &operations);
  napi_create_external(
      env, instance, [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); }, nullptr, &external);
  for (int i = 0; i < found->count; i++) {
    const Operation* operation = &found->operations[i];
    napi_value function;
    napi_create_function(env, operation->name, NAPI_AUTO_LENGTH, callOperation, const_cast<Operation*>(operation),
                         &function);
    napi_set_named_property(env, operations, operation->name, function);
  }
  napi_set_named_property(env, result, "instance", external);
  napi_set_named_property(env, result, "address",
                          fromNumber(env, static_cast<double>(reinterpret_cast<uintptr_t>(instance))));
  napi_set_named_property(env, result, "operations", operations);
  return result;
}

}  // namespace
}  // namespace monosem

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env,
                                                                                     napi_value exports) {
  using namespace monosem;
  returnLargeArrays();
  const struct {
    const char* name;
    napi_callback call;
  } functions[] = {{"allocate", allocate}, {"address", address}, {"release", release},
                   {"copyIn", copyIn},     {"copyOut", copyOut}, {"levels", levels},
                   {"createInstance", createInstance}};
  for (const auto& entry : functions) {
    napi_value function;
    napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, entry.call, nullptr, &function);
    napi_set_named_property(env, exports, entry.name, function);
  }
  napi_set_named_property(env, exports, "version", fromNumber(env, kVersion));
  return exports;
}

extern "C" __attribute__((visibility("default"))) int32_t node_api_module_get_api_version_v1() { return 8; }
