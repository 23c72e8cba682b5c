#include "pool.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

#include "operations.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace monosem {

namespace {

constexpr size_t kHugePage = size_t(1) << 21;
constexpr uint64_t kOpen = uint64_t(1) << 31;
constexpr uint64_t kInside = kOpen - 1;
constexpr int kSpins = 4000;

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

size_t roundUp(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

}  // namespace

void* allocateMemory(size_t bytes) {
#if defined(__linux__)
  if (bytes >= kHugePage) {
    const size_t size = roundUp(bytes, 4096);
    void* raw = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED) throw std::bad_alloc();
    const uintptr_t start = reinterpret_cast<uintptr_t>(raw);
    const uintptr_t aligned = roundUp(start, kHugePage);
    if (aligned > start) munmap(raw, aligned - start);
    munmap(reinterpret_cast<void*>(aligned + size), start + kHugePage - aligned);
    madvise(reinterpret_cast<void*>(aligned), size, MADV_HUGEPAGE);
    return reinterpret_cast<void*>(aligned);
  }
#endif
  void* memory = nullptr;
  const size_t size = roundUp(bytes > 0 ? bytes : 1, 64);
  if (posix_memalign(&memory, 64, size) != 0) throw std::bad_alloc();
  memset(memory, 0, size);
  return memory;
}

void freeMemory(void* memory, size_t bytes) {
#if defined(__linux__)
  if (bytes >= kHugePage) {
    munmap(memory, roundUp(bytes, 4096));
    return;
  }
#endif
  (void)bytes;
  free(memory);
}

void fail(const char* format, ...) {
  char sentence[256];
  va_list values;
  va_start(values, format);
  vsnprintf(sentence, sizeof sentence, format, values);
  va_end(values);
  throw std::runtime_error(sentence);
}

void* Scratch::atLeast(size_t wanted) {
  if (wanted > bytes) {
    if (memory != nullptr) freeMemory(memory, bytes);
    memory = nullptr;
    bytes = 0;
    memory = allocateMemory(wanted);
    bytes = wanted;
  }
  return memory;
}

Scratch::~Scratch() {
  if (memory != nullptr) freeMemory(memory, bytes);
}

Pool::Pool(int threads) : threadCount(threads), locals(threads) {
  for (int thread = 1; thread < threads; thread++) workers.emplace_back([this, thread] { work(thread); });
}

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    stopping = true;
  }
  wake.notify_all();
  for (auto& worker : workers) worker.join();
}

void Pool::run(int64_t tasks, Task newTask, const void* newContext) {
  if (tasks <= 1 || threadCount == 1) {
    for (int64_t i = 0; i < tasks; i++) newTask(newContext, i, 0);
    return;
  }
  task = newTask;
  context = newContext;
  count = tasks;
  next.store(0, std::memory_order_relaxed);
  const uint64_t job = (state.load(std::memory_order_relaxed) >> 32) + 1;
  state.store(job << 32 | kOpen, std::memory_order_seq_cst);
  if (sleepers.load(std::memory_order_seq_cst) > 0) {
    std::lock_guard<std::mutex> lock(mutex);
    wake.notify_all();
  }
  take(0);
  state.fetch_and(~kOpen, std::memory_order_acq_rel);
  for (int spin = 0; (state.load(std::memory_order_acquire) & kInside) != 0; spin++) {
    if (spin < kSpins) relax();
    else std::this_thread::yield();
  }
}

void Pool::take(int thread) {
  for (int64_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) task(context, i, thread);
}

bool Pool::join(uint64_t& seen) {
  uint64_t now = state.load(std::memory_order_acquire);
  while ((now & kOpen) != 0 && now >> 32 != seen) {
    if (state.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel)) {
      seen = now >> 32;
      return true;
    }
  }
  return false;
}

void Pool::sleep(uint64_t seen) {
  std::unique_lock<std::mutex> lock(mutex);
  sleepers.fetch_add(1, std::memory_order_seq_cst);
  wake.wait(lock, [&] {
    const uint64_t now = state.load(std::memory_order_seq_cst);
    return stopping || ((now & kOpen) != 0 && now >> 32 != seen);
  });
  sleepers.fetch_sub(1, std::memory_order_seq_cst);
}

void Pool::work(int thread) {
  FlushDenormals flush;
  uint64_t seen = 0;
  int idle = 0;
  while (!stopping.load(std::memory_order_relaxed)) {
    if (join(seen)) {
      take(thread);
      state.fetch_sub(1, std::memory_order_acq_rel);
      idle = 0;
    } else if (++idle < kSpins) {
      relax();
    } else {
      sleep(seen);
      idle = 0;
    }
  }
}

FlushDenormals::FlushDenormals() {
#if defined(__x86_64__)
  saved = _mm_getcsr();
  _mm_setcsr(static_cast<unsigned>(saved) | 0x8040);
#elif defined(__aarch64__)
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(saved));
  __asm__ __volatile__("msr fpcr, %0" : : "r"(saved | (uint64_t(1) << 24)));
#else
  saved = 0;
#endif
}

FlushDenormals::~FlushDenormals() {
#if defined(__x86_64__)
  _mm_setcsr(static_cast<unsigned>(saved));
#elif defined(__aarch64__)
  __asm__ __volatile__("msr fpcr, %0" : : "r"(saved));
#endif
}

}  // namespace monosem
