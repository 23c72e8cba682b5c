#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace monosem {

/** Memory aligned to a cache line; large blocks lie on huge pages where the system has them. Zeroed. */
void* allocateMemory(size_t bytes);
void freeMemory(void* memory, size_t bytes);

/** A scratch buffer that only grows. */
struct Scratch {
  void* memory = nullptr;
  size_t bytes = 0;
  void* atLeast(size_t wanted);
  ~Scratch();
};

/** Persistent threads that run numbered tasks; the calling thread takes part. One caller at a time. */
class Pool {
 public:
  using Task = void (*)(const void* context, int64_t task, int thread);

  explicit Pool(int threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /** Runs tasks 0 .. count - 1 in any order on any thread, and returns when all are done. */
  void run(int64_t count, Task task, const void* context);
  int threads() const { return threadCount; }
  /** Scratch of one thread during a task. */
  void* local(int thread, size_t bytes) { return locals[thread].atLeast(bytes); }
  /** Scratch of the op: `slot` 0 .. 3. */
  void* shared(int slot, size_t bytes) { return shares[slot].atLeast(bytes); }

 private:
  void work(int thread);
  void take(int thread);
  bool join(uint64_t& seen);
  void sleep(uint64_t seen);

  int threadCount;
  std::vector<std::thread> workers;
  std::vector<Scratch> locals;
  Scratch shares[4];

  Task task = nullptr;
  const void* context = nullptr;
  int64_t count = 0;
  alignas(64) std::atomic<int64_t> next{0};
  /** Job number in the high half, then one bit "open", then the number of workers inside the job. */
  alignas(64) std::atomic<uint64_t> state{0};
  alignas(64) std::atomic<int> sleepers{0};
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::condition_variable wake;
};

/** Sets flush-to-zero and denormals-are-zero on this thread for its lifetime. */
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();

 private:
  uint64_t saved;
};

}  // namespace monosem
