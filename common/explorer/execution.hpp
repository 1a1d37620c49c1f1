// execution.hpp -- Execution: one run of a model under one schedule.
//
// What it is. The threads of the model are fibers. Each calls point() before a step that the others could notice (an
// atomic, a lock, a notification), and there the schedule may let another thread run first. What a step does to
// memory, and what it may see there, is kept here and in the primitives:
//
//   a store      leaves a message: the value, and, if it is a release, the view of its thread
//   a load       reads any message that is not older than what its thread knows of (view.hpp); acquire joins the
//                message's view to the thread's
//   a read-modify-write  reads the newest message, and passes that one's view on (a release sequence)
//   seq_cst      as acquire and release, and nobody reads, with seq_cst, older than what was read or stored with it
//
// What it cannot show: a load that reads what is stored later (C++ allows it to relaxed ones), a store that takes
// its place before an older one, a compare_exchange_weak that fails for no reason, a condition variable that wakes
// for none.
//
// Where something goes wrong the execution stops where it is: fail() never returns, and the fibers are abandoned.
// Thread safety: one thread of the system explores at a time. In the others the primitives are plain variables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "common/explorer/choices.hpp"
#include "common/explorer/fiber.hpp"
#include "common/explorer/view.hpp"

namespace async::explorer {

struct Bounds {
  std::size_t preemptions = 2;  // how often a thread that could go on is held up
  std::size_t old_reads = 2;    // how many loads read another message than the newest
  std::size_t old_depth = 3;    // how far back: 1 is the one before the newest
  std::size_t steps = 20'000;   // more is a model that never ends
};

enum class Fault : std::uint8_t { none, data_race, stuck, endless, check, exception };

struct Failure {
  Fault fault = Fault::none;
  std::string what;
};

// What stands in the place of one atomic object, in one execution.
struct Message {
  std::uint64_t value = 0;
  View released;  // empty: not a release
};
struct Location {
  std::vector<Message> messages;  // in the order of modification
  Number newest_seq_cst = 0;      // read or stored with seq_cst
};

using Where = std::source_location;

class Execution {
 public:
  // The one that runs, of this thread of the system; nullptr outside of any.
  static Execution*& current();

  Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution();

  // Runs body() as thread 0, from a state as new. May be called again and again.
  [[nodiscard]] Failure run(const std::function<void()>& body, Choices& choices, const Bounds& bounds,
                            bool keeps_trace);

  // Of the last run.
  [[nodiscard]] bool has_read_old() const { return has_read_old_; }
  [[nodiscard]] std::size_t steps() const { return steps_; }
  [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }

  // ---- for the primitives: all of these are about the thread that runs ---------------------------------------

  // Tells this run from all others of the process.
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] std::size_t thread() const { return running_; }
  [[nodiscard]] View& view() { return threads_[running_]->view; }

  // Before each step that others can notice.
  void point();
  // The same where a thread asks again and again: the others go first.
  void yield();

  // Makes what the thread did so far known to whoever joins `to`.
  void release_to(View& to);

  // Waits until unblock() names the object. `why` ends the sentence "T1 waits ...".
  void block(const void* object, const char* why, Where where) {
    (void)block_until(object, why, where, false);
  }
  // False: time was up, which may happen at any time.
  [[nodiscard]] bool block_until(const void* object, const char* why, Where where, bool may_time_out);
  void unblock_all(const void* object);
  // So many of those that wait there; which ones is a choice.
  void unblock_some(const void* object, std::size_t count);

  std::size_t start_thread(std::function<void()> function);
  [[nodiscard]] bool has_ended(std::size_t thread) const { return threads_[thread]->state == State::ended; }
  [[nodiscard]] const View& view_of(std::size_t thread) const { return threads_[thread]->view; }
  [[nodiscard]] const void* end_of(std::size_t thread) const { return threads_[thread].get(); }

  std::size_t new_location(std::uint64_t value);
  [[nodiscard]] Location& location(std::size_t number) { return locations_[number]; }
  // How many messages before the newest one a load reads that may go back to `oldest`.
  [[nodiscard]] std::size_t choose_message(std::size_t oldest, std::size_t newest);

  [[noreturn]] void fail(Fault fault, std::string what);

  [[nodiscard]] bool keeps_trace() const { return keeps_trace_; }
  void note(Where where, const std::string& what);

 private:
  enum class State : std::uint8_t { ready, blocked, ended };
  struct Thread {
    std::unique_ptr<Fiber> fiber;
    std::function<void()> function;
    View view;
    Number step = 0;
    State state = State::ended;
    bool may_time_out = false, timed_out = false, has_yielded = false;
    const void* waits_for = nullptr;
    const char* why = "";
    Where where;
  };

  static void run_thread(void* execution);
  void run_function();
  [[nodiscard]] bool can_run(const Thread& thread) const {
    return thread.state == State::ready || (thread.state == State::blocked && thread.may_time_out);
  }
  // Others that could run, in the order of their numbers.
  struct Others {
    std::array<std::size_t, kMostThreads> threads;
    std::size_t count = 0;
  };
  [[nodiscard]] Others others() const;
  // The same without those that have yielded, if there are any: they run again when nobody else can.
  [[nodiscard]] Others others_first() const;
  void advance();
  void resume(std::size_t thread);
  void run_another(bool may_go_on);
  void run_one_of(const Others& candidates);
  void fail_if_somebody_waits();
  void begin();

  std::vector<std::unique_ptr<Thread>> threads_;  // kept, with their stacks, for the next run
  std::size_t thread_count_ = 0;
  std::size_t running_ = 0;
  std::vector<Location> locations_;
  std::size_t location_count_ = 0;

  Choices* choices_ = nullptr;
  Bounds bounds_;
  std::size_t preemptions_left_ = 0, old_reads_left_ = 0;
  std::size_t steps_ = 0;
  std::uint32_t id_ = 0;
  bool has_read_old_ = false;
  bool keeps_trace_ = false;
  std::vector<std::string> trace_;
  Failure failure_;
  Fiber home_;
};

// file:line, from the project's root.
[[nodiscard]] std::string shown(Where where);

// A condition of the model itself; outside of any execution the program stops.
[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace async::explorer
