// The addon: Node-API functions over the kernels. It keeps no state, so any number of threads can load it; a training is
// an ArrayBuffer that JavaScript owns. The callers are in ../src and hand in what fits: lengths are checked here again,
// since a wrong one would write outside.
#include <node_api.h>

#include "kernels.h"

namespace {

using holdfast::Kernels;

struct Span {
  char* data = nullptr;
  size_t length = 0;  // elements; bytes of a buffer
};

struct Call {
  napi_env env;
  napi_value arguments[6];
  bool failed = false;

  Call(napi_env env, napi_callback_info info) : env(env) {
    size_t count = 6;
    napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  }

  void fail(const char* message) {
    if (!failed) napi_throw_type_error(env, nullptr, message);
    failed = true;
  }

  double number(int i) {
    double value = 0;
    if (napi_get_value_double(env, arguments[i], &value) != napi_ok) fail("a number is expected");
    return value;
  }

  bool isNull(int i) {
    napi_valuetype type;
    return napi_typeof(env, arguments[i], &type) == napi_ok && type == napi_null;
  }

  // `null` gives an empty span.
  Span typedArray(int i, napi_typedarray_type wanted) {
    if (isNull(i)) return {};
    napi_typedarray_type type;
    Span span;
    void* data = nullptr;
    if (napi_get_typedarray_info(env, arguments[i], &type, &span.length, &data, nullptr, nullptr) != napi_ok || type != wanted)
      fail("a typed array of another kind is expected");
    span.data = static_cast<char*>(data);
    return span;
  }

  // The memory of a training: aligned to a cache line, which the buffer has room for.
  char* memory(int i) {
    void* data = nullptr;
    size_t length = 0;
    if (napi_get_arraybuffer_info(env, arguments[i], &data, &length) != napi_ok || length < 64) fail("an ArrayBuffer is expected");
    return reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(data) + 63) / 64 * 64);
  }

  size_t memoryLength(int i) {
    void* data = nullptr;
    size_t length = 0;
    napi_get_arraybuffer_info(env, arguments[i], &data, &length);
    return length - 64;
  }
};

napi_value numberOf(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

// One exported object for each compilation: what follows is made once for each.
template <const Kernels& kernels>
struct Functions {
  // (setup: Float64Array, memory: ArrayBuffer | null) → bytes
  static napi_value open(napi_env env, napi_callback_info info) {
    Call call(env, info);
    const Span setup = call.typedArray(0, napi_float64_array);
    if (call.failed) return nullptr;
    const double* fields = reinterpret_cast<const double*>(setup.data);
    if (setup.length < holdfast::setupFields ||
        setup.length != holdfast::setupFields + (size_t)fields[holdfast::fieldLayers] * holdfast::layerFields) {
      call.fail("the set-up has another length");
      return nullptr;
    }
    const size_t bytes = kernels.open(nullptr, fields);
    return openIn(call, 1, bytes, [&](char* memory) { kernels.open(memory, fields); });
  }

  // (rows, columns, targets a row, 1 where they are labels, memory: ArrayBuffer | null) → bytes
  static napi_value openRows(napi_env env, napi_callback_info info) {
    Call call(env, info);
    const int64_t rows = (int64_t)call.number(0);
    const int32_t columns = (int32_t)call.number(1), perRow = (int32_t)call.number(2);
    const bool labelled = call.number(3) != 0;
    if (call.failed) return nullptr;
    const size_t bytes = kernels.openRows(nullptr, rows, columns, perRow, labelled);
    return openIn(call, 4, bytes, [&](char* memory) { kernels.openRows(memory, rows, columns, perRow, labelled); });
  }

  template <typename Build>
  static napi_value openIn(Call& call, int argument, size_t bytes, Build build) {
    if (!call.isNull(argument)) {
      char* memory = call.memory(argument);
      if (!call.failed && call.memoryLength(argument) < bytes) call.fail("the memory is too small");
      if (call.failed) return nullptr;
      build(memory);
    }
    return numberOf(call.env, (double)bytes);
  }

  // (memory, features: Float32Array)
  static napi_value writeFeatures(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const Span features = call.typedArray(1, napi_float32_array);
    if (!call.failed) kernels.writeFeatures(memory, reinterpret_cast<const float*>(features.data));
    return nullptr;
  }

  // (memory, labels: Int32Array | null, values: Float32Array | null, lossWeights: Float32Array | null)
  static napi_value writeTargets(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const Span labels = call.typedArray(1, napi_int32_array);
    const Span values = call.typedArray(2, napi_float32_array);
    const Span weights = call.typedArray(3, napi_float32_array);
    if (!call.failed)
      kernels.writeTargets(memory, reinterpret_cast<const int32_t*>(labels.data), reinterpret_cast<const float*>(values.data),
                           reinterpret_cast<const float*>(weights.data));
    return nullptr;
  }

  // (set, features: Float32Array, labels: Int32Array | null, values: Float32Array | null)
  static napi_value writeRows(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* set = call.memory(0);
    const Span features = call.typedArray(1, napi_float32_array);
    const Span labels = call.typedArray(2, napi_int32_array);
    const Span values = call.typedArray(3, napi_float32_array);
    if (!call.failed)
      kernels.writeRows(set, reinterpret_cast<const float*>(features.data), reinterpret_cast<const int32_t*>(labels.data),
                       reinterpret_cast<const float*>(values.data));
    return nullptr;
  }

  // (memory, which, numbers: Float32Array): 0 parameters, 1 and 2 moments.
  static napi_value write(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const Span numbers = numbersOf(call, memory);
    if (!call.failed)
      kernels.write(memory, (holdfast::Numbers)(int)call.number(1), reinterpret_cast<const float*>(numbers.data));
    return nullptr;
  }

  static napi_value read(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const Span numbers = numbersOf(call, memory);
    if (!call.failed) kernels.read(memory, (holdfast::Numbers)(int)call.number(1), reinterpret_cast<float*>(numbers.data));
    return nullptr;
  }

  static Span numbersOf(Call& call, const char* memory) {
    const Span numbers = call.typedArray(2, napi_float32_array);
    if (!call.failed && (int64_t)numbers.length != kernels.countParameters(memory)) call.fail("another count of parameters is expected");
    return numbers;
  }

  // (memory, steps, epochs)
  static napi_value setProgress(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const double steps = call.number(1), epochs = call.number(2);
    if (!call.failed) kernels.setProgress(memory, steps, epochs);
    return nullptr;
  }

  // (memory, layer, mask: Uint8Array): used by the next `run`, so it must be kept until then.
  static napi_value setMask(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const int32_t layer = (int32_t)call.number(1);
    const Span mask = call.typedArray(2, napi_uint8_array);
    if (!call.failed) kernels.setMask(memory, layer, reinterpret_cast<const uint8_t*>(mask.data));
    return nullptr;
  }

  // (memory, last epoch, budget, 1 for one step, progress: Float64Array(4)) → 0 completed, 1 paused, 2 diverged
  static napi_value run(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const double lastEpoch = call.number(1), budget = call.number(2);
    const bool oneStep = call.number(3) != 0;
    const Span progress = call.typedArray(4, napi_float64_array);
    if (!call.failed && progress.length < 4) call.fail("progress has four numbers");
    if (call.failed) return nullptr;
    return numberOf(env, kernels.run(memory, lastEpoch, budget, oneStep, reinterpret_cast<holdfast::Progress*>(progress.data)));
  }

  // (memory, set | null, from, to, sums: Float64Array(2))
  static napi_value evaluate(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const char* set = call.isNull(1) ? nullptr : call.memory(1);
    const int64_t from = (int64_t)call.number(2), to = (int64_t)call.number(3);
    const Span sums = call.typedArray(4, napi_float64_array);
    if (!call.failed && sums.length < 2) call.fail("sums has two numbers");
    if (!call.failed) kernels.evaluate(memory, set, from, to, reinterpret_cast<double*>(sums.data));
    return nullptr;
  }

  // (memory, set | null, from, to, outputs: Float32Array of all rows)
  static napi_value predict(napi_env env, napi_callback_info info) {
    Call call(env, info);
    char* memory = call.memory(0);
    const char* set = call.isNull(1) ? nullptr : call.memory(1);
    const int64_t from = (int64_t)call.number(2), to = (int64_t)call.number(3);
    const Span outputs = call.typedArray(4, napi_float32_array);
    if (!call.failed) kernels.predict(memory, set, from, to, reinterpret_cast<float*>(outputs.data));
    return nullptr;
  }

  // (memory): detaches the buffer, which frees it without waiting for the collector.
  static napi_value release(napi_env env, napi_callback_info info) {
    Call call(env, info);
    if (napi_detach_arraybuffer(env, call.arguments[0]) != napi_ok) call.fail("an ArrayBuffer is expected");
    return nullptr;
  }

  static void exportAs(napi_env env, napi_value exports, const char* name) {
    const struct {
      const char* name;
      napi_callback callback;
    } functions[] = {
        {"open", open},   {"openRows", openRows}, {"writeFeatures", writeFeatures},
        {"read", read},   {"writeTargets", writeTargets},           {"writeRows", writeRows},
        {"write", write}, {"setProgress", setProgress},             {"setMask", setMask},
        {"run", run},     {"evaluate", evaluate},                   {"predict", predict},
        {"release", release},
    };
    napi_value object;
    napi_create_object(env, &object);
    for (const auto& each : functions) {
      napi_value function;
      napi_create_function(env, each.name, NAPI_AUTO_LENGTH, each.callback, nullptr, &function);
      napi_set_named_property(env, object, each.name, function);
    }
    napi_set_named_property(env, exports, name, object);
  }
};

}  // namespace

// Exports the kernels that this processor can run: `avx2`, `avx512`, both or none.
NAPI_MODULE_INIT() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) Functions<holdfast::avx2::kernels>::exportAs(env, exports, "avx2");
#ifdef HOLDFAST_EMULATED
  Functions<holdfast::avx512::kernels>::exportAs(env, exports, "avx512");
  return exports;
#endif
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    Functions<holdfast::avx512::kernels>::exportAs(env, exports, "avx512");
  return exports;
}
