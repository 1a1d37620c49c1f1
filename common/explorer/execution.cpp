// execution.cpp -- who runs next, and where an execution ends.
#include "common/explorer/execution.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

namespace async::explorer {

Execution*& Execution::current() {
  static thread_local constinit Execution* mine = nullptr;
  return mine;
}

Execution::Execution() = default;

Execution::~Execution() = default;

Failure Execution::run(const std::function<void()>& body, Choices& choices, const Bounds& bounds,
                       bool keeps_trace) {
  choices_ = &choices;
  bounds_ = bounds;
  keeps_trace_ = keeps_trace;
  begin();
  Execution* const outer = std::exchange(current(), this);
  running_ = start_thread(body);
  home_.switch_to(*threads_[running_]->fiber);
  current() = outer;
  if (failure_.fault != Fault::none) {
    // Nobody may come back to what was abandoned. The stacks stay for ever, so that what hangs on them is not taken
    // for a leak.
    static auto& abandoned = *new std::vector<std::unique_ptr<Thread>>;
    for (auto& thread : threads_) abandoned.push_back(std::move(thread));
    threads_.clear();
  }
  return std::exchange(failure_, {});
}

void Execution::begin() {
  static std::uint32_t last_id = 0;
  id_ = ++last_id;
  thread_count_ = 0;
  location_count_ = 0;
  preemptions_left_ = bounds_.preemptions;
  old_reads_left_ = bounds_.old_reads;
  steps_ = 0;
  has_read_old_ = false;
  trace_.clear();
}

// ---- threads -------------------------------------------------------------------------------------------------

std::size_t Execution::start_thread(std::function<void()> function) {
  if (thread_count_ == kMostThreads) fail(Fault::check, "a model has at most 8 threads at a time");
  const std::size_t number = thread_count_++;
  if (threads_.size() == number) {
    threads_.push_back(std::make_unique<Thread>());
    threads_.back()->fiber = std::make_unique<Fiber>(&Execution::run_thread, this);
  }
  Thread& thread = *threads_[number];
  thread.function = std::move(function);
  thread.view.clear();
  thread.step = 1;
  thread.state = State::ready;
  thread.has_yielded = false;
  // What its starter did comes before all that it does.
  if (number != 0) release_to(thread.view);
  thread.view.know_step(number, thread.step);
  return number;
}

void Execution::run_thread(void* execution) {
  // The fiber serves one thread of each run.
  for (;;) static_cast<Execution*>(execution)->run_function();
}

void Execution::run_function() {
  Thread& me = *threads_[running_];
  try {
    me.function();
    me.function = nullptr;
  } catch (const std::exception& error) {
    fail(Fault::exception, std::string("an exception leaves a thread: ") + error.what());
  } catch (...) {
    fail(Fault::exception, "an exception leaves a thread");
  }
  me.state = State::ended;
  unblock_all(&me);
  const Others candidates = others_first();
  if (candidates.count != 0) return run_one_of(candidates);
  fail_if_somebody_waits();
  me.fiber->switch_to(home_);
}

// ---- who runs ------------------------------------------------------------------------------------------------

Execution::Others Execution::others() const {
  Others found;
  for (std::size_t i = 0; i < thread_count_; ++i) {
    if (i != running_ && can_run(*threads_[i])) found.threads[found.count++] = i;
  }
  return found;
}

Execution::Others Execution::others_first() const {
  const Others all = others();
  Others found;
  for (std::size_t i = 0; i < all.count; ++i) {
    if (!threads_[all.threads[i]]->has_yielded) found.threads[found.count++] = all.threads[i];
  }
  return found.count == 0 ? all : found;
}

void Execution::advance() {
  if (++steps_ > bounds_.steps) {
    fail(Fault::endless, "it still runs after " + std::to_string(bounds_.steps) +
                             " steps: a livelock, or a loop that asks without yielding");
  }
  Thread& me = *threads_[running_];
  me.view.know_step(running_, ++me.step);
}

void Execution::point() {
  if (preemptions_left_ != 0 && thread_count_ > 1) {
    const Others candidates = others();
    if (candidates.count != 0) {
      if (const std::size_t answer = choices_->answer(Question::preempt, candidates.count + 1)) {
        --preemptions_left_;
        resume(candidates.threads[answer - 1]);
      }
    }
  }
  advance();
}

void Execution::yield() {
  advance();
  threads_[running_]->has_yielded = true;
  run_another(true);
}

void Execution::run_another(bool may_go_on) {
  const Others candidates = others_first();
  if (candidates.count != 0) return run_one_of(candidates);
  if (!may_go_on) fail_if_somebody_waits();
}

void Execution::run_one_of(const Others& candidates) {
  const std::size_t answer = candidates.count == 1 ? 0 : choices_->answer(Question::next, candidates.count);
  resume(candidates.threads[answer]);
}

void Execution::resume(std::size_t thread) {
  Thread& next = *threads_[thread];
  next.has_yielded = false;
  if (next.state == State::blocked) {  // its time is up
    next.state = State::ready;
    next.timed_out = true;
  }
  Fiber& from = *threads_[running_]->fiber;
  running_ = thread;
  from.switch_to(*next.fiber);
}

void Execution::fail_if_somebody_waits() {
  std::string waiting;
  for (std::size_t i = 0; i < thread_count_; ++i) {
    const Thread& thread = *threads_[i];
    if (thread.state != State::blocked) continue;
    waiting += (waiting.empty() ? "T" : "; T") + std::to_string(i) + " waits " + thread.why + ", since " +
               shown(thread.where);
  }
  if (!waiting.empty()) fail(Fault::stuck, "nobody can go on: " + waiting);
}

void Execution::fail(Fault fault, std::string what) {
  if (keeps_trace_) trace_.push_back("T" + std::to_string(running_) + "  " + what);
  failure_ = {fault, std::move(what)};
  threads_[running_]->fiber->switch_to(home_);
  std::abort();  // abandoned
}

// ---- waiting -------------------------------------------------------------------------------------------------

bool Execution::block_until(const void* object, const char* why, Where where, bool may_time_out) {
  Thread& me = *threads_[running_];
  me.state = State::blocked;
  me.waits_for = object;
  me.may_time_out = may_time_out;
  me.timed_out = false;
  me.why = why;
  me.where = where;
  if (keeps_trace_) note(where, std::string("waits ") + why);
  // Alone, and with a limit: its time is up.
  if (may_time_out && others().count == 0) {
    me.state = State::ready;
    me.timed_out = true;
  } else {
    run_another(false);
  }
  advance();
  return !me.timed_out;
}

void Execution::unblock_all(const void* object) {
  for (std::size_t i = 0; i < thread_count_; ++i) {
    Thread& thread = *threads_[i];
    if (thread.state == State::blocked && thread.waits_for == object) thread.state = State::ready;
  }
}

void Execution::unblock_some(const void* object, std::size_t count) {
  for (; count != 0; --count) {
    Others waiting;
    for (std::size_t i = 0; i < thread_count_; ++i) {
      const Thread& thread = *threads_[i];
      if (thread.state == State::blocked && thread.waits_for == object) waiting.threads[waiting.count++] = i;
    }
    if (waiting.count == 0) return;
    const std::size_t answer = waiting.count == 1 ? 0 : choices_->answer(Question::waiter, waiting.count);
    threads_[waiting.threads[answer]]->state = State::ready;
  }
}

// ---- memory --------------------------------------------------------------------------------------------------

void Execution::release_to(View& to) {
  Thread& me = *threads_[running_];
  to.join(me.view);
  // What it does from here on is not in there.
  me.view.know_step(running_, ++me.step);
}

std::size_t Execution::new_location(std::uint64_t value) {
  if (locations_.size() == location_count_) locations_.emplace_back();
  Location& fresh = locations_[location_count_];
  fresh.messages.clear();
  fresh.messages.push_back({value, {}});
  fresh.newest_seq_cst = 0;
  return location_count_++;
}

std::size_t Execution::choose_message(std::size_t oldest, std::size_t newest) {
  const std::size_t back = std::min(newest - oldest, bounds_.old_depth);
  if (back == 0 || old_reads_left_ == 0) return 0;
  const std::size_t answer = choices_->answer(Question::message, back + 1);
  if (answer != 0) {
    --old_reads_left_;
    has_read_old_ = true;
  }
  return answer;
}

// ---- telling -------------------------------------------------------------------------------------------------

void Execution::note(Where where, const std::string& what) {
  std::string place = shown(where);
  place.resize(std::max<std::size_t>(place.size(), 34), ' ');
  trace_.push_back("T" + std::to_string(running_) + "  " + place + "  " + what);
}

namespace {

std::string shown(std::string_view file, std::uint_least32_t line) {
  const auto root = file.rfind("common/");
  file.remove_prefix(root != std::string_view::npos ? root : file.rfind('/') + 1);
  return std::string(file) + ":" + std::to_string(line);
}

}  // namespace

std::string shown(Where where) { return shown(where.file_name(), where.line()); }

void check_failed(const char* condition, const char* why, const char* file, int line) {
  const std::string what = std::string(why) + " (" + condition + " does not hold, at " +
                           shown(file, static_cast<std::uint_least32_t>(line)) + ")";
  if (Execution* const execution = Execution::current()) execution->fail(Fault::check, what);
  std::fprintf(stderr, "%s\n", what.c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace async::explorer
