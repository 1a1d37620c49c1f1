// scripted_stream.cpp -- whose turn it is in a script, and what a read or a write gets of its step.
#include "common/testing/scripted_stream.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <utility>

#include "common/base/locked.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

enum class StepKind : std::uint8_t { read, write, read_error, write_error, wait };

struct ScriptStep {
  StepKind kind;
  std::string text = {};
  std::errc error = {};
  Duration duration = {};
  std::optional<Instant> over_at = {};  // of a wait whose turn has come

  [[nodiscard]] bool is_readers() const { return kind == StepKind::read || kind == StepKind::read_error; }
};

namespace {

enum class ScriptSide : std::uint8_t { reader, writer };

std::string in_quotes(std::string_view text) { return ::testing::PrintToString(std::string(text)); }

std::string described(const ScriptStep& step) {
  switch (step.kind) {
    case StepKind::read: return "read(" + in_quotes(step.text) + ")";
    case StepKind::write: return "write(" + in_quotes(step.text) + ")";
    case StepKind::read_error: return "read_error: " + std::make_error_code(step.error).message();
    case StepKind::write_error: return "write_error: " + std::make_error_code(step.error).message();
    case StepKind::wait:
      return "wait of " +
             std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(step.duration).count()) +
             " ms";
  }
  return "";
}

}  // namespace

class ScriptState {
 public:
  ScriptState(std::vector<ScriptStep> steps, std::source_location where) : where_(where) {
    script_.lock()->steps = std::move(steps);
  }
  ScriptState(const ScriptState&) = delete;
  ScriptState& operator=(const ScriptState&) = delete;
  ~ScriptState() {
    auto script = script_.lock();
    if (script->next == script->steps.size() || script->has_failed) return;
    fail(*script, "the script is not over", "the stream was destroyed");
  }

  // What stands in the way of `side`.
  struct Turn {
    bool is_mine = false;            // or the script is over
    std::optional<Instant> at = {};  // a wait is under way, until then
  };
  // Where it is not, the waker is kept for when the step changes.
  Turn ask(ScriptSide side, const Waker& waker) {
    WokenLater others;
    Waker kept = waker.clone();
    auto script = script_.lock();
    for (;;) {
      if (script->next == script->steps.size()) return {.is_mine = true};
      ScriptStep& step = script->steps[script->next];
      if (step.kind != StepKind::wait) {
        if (step.is_readers() == (side == ScriptSide::reader)) return {.is_mine = true};
        std::swap(script->waiting(side), kept);
        return {};
      }
      if (!step.over_at) step.over_at = from_now(step.duration);
      if (now() < *step.over_at) return {.at = step.over_at};
      script->end_step(others);
    }
  }

  IoResult<std::size_t> read(std::span<std::byte> into) {
    WokenLater others;
    auto script = script_.lock();
    if (script->next == script->steps.size()) return 0;
    ScriptStep& step = script->steps[script->next];
    if (step.kind == StepKind::read_error) {
      script->end_step(others);
      return io_failure(std::make_error_code(step.error), "read");
    }
    const std::size_t count = std::min(into.size(), step.text.size());
    std::ranges::copy(std::as_bytes(std::span(step.text)).first(count), into.begin());
    step.text.erase(0, count);
    if (step.text.empty()) script->end_step(others);
    return count;
  }

  IoResult<std::size_t> write(std::string_view given) {
    WokenLater others;
    auto script = script_.lock();
    if (script->next == script->steps.size()) {
      return refuse(*script, "the script is over", "a write of " + in_quotes(given));
    }
    ScriptStep& step = script->steps[script->next];
    if (step.kind == StepKind::write_error) {
      script->end_step(others);
      return io_failure(std::make_error_code(step.error), "write");
    }
    const std::size_t count = std::min(given.size(), step.text.size());
    if (given.substr(0, count) != std::string_view(step.text).substr(0, count)) {
      return refuse(*script, "other bytes were written than the script has",
                    "a write of " + in_quotes(given));
    }
    step.text.erase(0, count);
    if (step.text.empty()) script->end_step(others);
    return count;
  }

  [[nodiscard]] bool is_over() {
    auto script = script_.lock();
    return script->next == script->steps.size();
  }

 private:
  // Stands in front of the guard, and so wakes without the lock.
  struct WokenLater {
    ~WokenLater() {
      for (Waker& each : wakers) std::move(each).wake();
    }
    std::vector<Waker> wakers = {};
  };

  struct Played {
    std::vector<ScriptStep> steps;
    std::size_t next = 0;
    bool has_failed = false;
    Waker reader, writer;  // of who waits for its turn

    Waker& waiting(ScriptSide side) { return side == ScriptSide::reader ? reader : writer; }

    // Whoever waits may have its turn now.
    void end_step(WokenLater& others) {
      ++next;
      others.wakers.push_back(std::move(reader));
      others.wakers.push_back(std::move(writer));
    }
  };

  std::unexpected<IoError> refuse(Played& script, const char* why, const std::string& came) {
    fail(script, why, came);
    return io_failure(std::make_error_code(std::errc::protocol_error), "write against a script");
  }

  // Once: what follows a fault is its consequence.
  void fail(Played& script, const char* why, const std::string& came) {
    if (std::exchange(script.has_failed, true)) return;
    const std::size_t all = script.steps.size();
    const std::string step = script.next == all
                                 ? "nothing: all " + std::to_string(all) + " steps were played"
                                 : "step " + std::to_string(script.next + 1) + " of " + std::to_string(all) +
                                       ": " + described(script.steps[script.next]);
    ADD_FAILURE_AT(where_.file_name(), static_cast<int>(where_.line()))
        << "a scripted stream: " << why << "\n  expected: " << step << "\n  came:     " << came;
  }

  const std::source_location where_;
  base::Locked<Played> script_;
};

namespace {

// Ready when it is this side's turn.
class TurnOf {
 public:
  using Output = void;

  TurnOf(ScriptState& state, ScriptSide side) : state_(state), side_(side) {}
  TurnOf(const TurnOf&) = delete;
  TurnOf& operator=(const TurnOf&) = delete;

  Poll<void> poll(Context& cx) {
    for (;;) {
      const ScriptState::Turn turn = state_.ask(side_, cx.waker());
      if (turn.is_mine) return Ready();
      if (!turn.at) return Pending();
      sleep_.emplace(sleep_until(*turn.at));
      if (sleep_->poll(cx).is_pending()) return Pending();
    }
  }

 private:
  ScriptState& state_;
  const ScriptSide side_;
  std::optional<Sleep> sleep_;
};

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ScriptStep step_of(StepKind kind, std::string text) {
  if (text.empty()) throw std::invalid_argument("a step of a script reads or writes at least one byte");
  return {.kind = kind, .text = std::move(text)};
}

}  // namespace
}  // namespace detail

using detail::ScriptSide;
using detail::ScriptStep;
using detail::StepKind;

ScriptedStream::ScriptedStream(std::unique_ptr<detail::ScriptState> state) : state_(std::move(state)) {}
ScriptedStream::ScriptedStream(ScriptedStream&&) noexcept = default;
ScriptedStream::~ScriptedStream() = default;

Async<IoResult<std::size_t>> ScriptedStream::read(std::span<std::byte> into) {
  if (into.empty()) co_return 0;
  detail::TurnOf turn(*state_, ScriptSide::reader);
  co_await turn;
  co_return state_->read(into);
}

Async<IoResult<void>> ScriptedStream::read_exact(std::span<std::byte> into) {
  while (!into.empty()) {
    const auto count = co_await read(into);
    if (!count) co_return std::unexpected(count.error());
    if (*count == 0) co_return detail::io_failure(make_error_code(IoErrc::unexpected_end), "read");
    into = into.subspan(*count);
  }
  co_return IoResult<void>();
}

Async<IoResult<std::size_t>> ScriptedStream::read_to_end(std::vector<std::byte>& into) {
  std::array<std::byte, 1024> part{};
  std::size_t total = 0;
  for (;;) {
    const auto count = co_await read(part);
    if (!count) co_return std::unexpected(count.error());
    if (*count == 0) co_return total;
    total += *count;
    into.insert(into.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(*count));
  }
}

Async<IoResult<std::size_t>> ScriptedStream::read_to_string(std::string& into) {
  std::vector<std::byte> bytes;
  const auto count = co_await read_to_end(bytes);
  into += detail::as_text(bytes);
  co_return count;
}

Async<IoResult<std::size_t>> ScriptedStream::write(std::span<const std::byte> bytes) {
  if (bytes.empty()) co_return 0;
  detail::TurnOf turn(*state_, ScriptSide::writer);
  co_await turn;
  co_return state_->write(detail::as_text(bytes));
}
Async<IoResult<std::size_t>> ScriptedStream::write(std::string_view text) {
  return write(std::as_bytes(std::span(text)));
}

Async<IoResult<void>> ScriptedStream::write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = co_await write(bytes);
    if (!count) co_return std::unexpected(count.error());
    bytes = bytes.subspan(*count);
  }
  co_return IoResult<void>();
}
Async<IoResult<void>> ScriptedStream::write_all(std::string_view text) {
  return write_all(std::as_bytes(std::span(text)));
}

bool ScriptedStream::is_over() const { return state_->is_over(); }

Script::Script() = default;
Script::Script(Script&&) noexcept = default;
Script::~Script() = default;

Script& Script::read(std::string text) {
  steps_.push_back(detail::step_of(StepKind::read, std::move(text)));
  return *this;
}
Script& Script::write(std::string text) {
  steps_.push_back(detail::step_of(StepKind::write, std::move(text)));
  return *this;
}
Script& Script::read_error(std::errc code) {
  steps_.push_back({.kind = StepKind::read_error, .error = code});
  return *this;
}
Script& Script::write_error(std::errc code) {
  steps_.push_back({.kind = StepKind::write_error, .error = code});
  return *this;
}
Script& Script::wait(Duration duration) {
  if (duration <= Duration::zero()) throw std::invalid_argument("a script waits for more than no time");
  steps_.push_back({.kind = StepKind::wait, .duration = duration});
  return *this;
}

ScriptedStream Script::play(std::source_location where) {
  return ScriptedStream(std::make_unique<detail::ScriptState>(std::exchange(steps_, {}), where));
}

}  // namespace async::inline ASYNC_FLAVOUR
