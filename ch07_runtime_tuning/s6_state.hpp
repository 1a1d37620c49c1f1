// s6_state.hpp -- the state of four pinned threads: gathered without a lock, written, read back.
//
// Each thread is sent one task that copies the thread's counters; so each copy is of a moment in which none
// of that thread's tasks is in the middle of an addition. The sum has all additions that were finished, and
// none twice; but the threads are not asked at the same instant.
//
// Thread safety: any thread; a file by one at a time.
// Errors: a std::string that says what is wrong, and where.
#pragma once

#include <expected>
#include <string>

#include "common/future/async.hpp"
#include "common/runtime/local_pool.hpp"

#include "ch07_runtime_tuning/s5_thread_data.hpp"

namespace ch07 {

// The sum over all threads of the pool.
[[nodiscard]] Async<Counters> get_complete_count(LocalPoolHandle pool);

// Adds what was saved to the counters of the pool's first thread: so the next sum has it.
[[nodiscard]] Async<> restore(LocalPoolHandle pool, Counters saved);

// One line for each key: the key, a space, the count. What is there is replaced as a whole or not at all.
[[nodiscard]] std::expected<void, std::string> write_state(const std::string& path, const Counters& counters);
[[nodiscard]] std::expected<Counters, std::string> read_state(const std::string& path);

}  // namespace ch07
