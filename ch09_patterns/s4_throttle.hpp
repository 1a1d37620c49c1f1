// s4_throttle.hpp -- a state machine in a task of its own: while enough tasks run, new ones are refused.
//
//   auto [throttle, events] = mpsc::unbounded_channel<ThrottleEvent>();
//   spawn(run_throttle, std::move(events), std::size_t{3}).detach();
//   auto admitted = co_await ask(throttle);   // in each task, before it begins
//   if (admitted) ...                         // as long as the Admission lives, the task counts
//
// The count is the machine's alone, and it answers one question after the other: so no two tasks can both see
// the last free place. Who is refused tries again later (s5_retry.hpp).
//
// Thread safety: senders and admissions from any thread.
// Lifetime: the machine ends with the last sender; an Admission has one.
// Errors: Refusal is a value. A threshold of 0: std::invalid_argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <utility>
#include <variant>

#include "common/channel/mpsc.hpp"
#include "common/channel/oneshot.hpp"
#include "common/future/async.hpp"

namespace ch09 {

using namespace async;

struct ThrottleEvent;
using Throttle = mpsc::UnboundedSender<ThrottleEvent>;

// Counts a task from the moment the machine has admitted it until it is destroyed: however the task ends,
// also if it is aborted, and also if nobody took the answer.
class Admission {
 public:
  explicit Admission(Throttle throttle) : throttle_(std::move(throttle)) {}
  Admission(Admission&& other) noexcept
      : throttle_(std::move(other.throttle_)), counts_(std::exchange(other.counts_, false)) {}
  Admission& operator=(Admission&&) = delete;
  ~Admission();

 private:
  friend class ThrottleMachine;
  Throttle throttle_;
  bool counts_ = false;
};

enum class Refusal : std::uint8_t {
  off,   // enough tasks run: later it may be different
  gone,  // there is no machine any more
};
using Answer = std::expected<Admission, Refusal>;

struct MayBegin {
  MayBegin(Admission admission_, oneshot::Sender<Answer> reply_)
      : admission(std::move(admission_)), reply(std::move(reply_)) {}

  Admission admission;
  oneshot::Sender<Answer> reply;
};
struct HasEnded {};
struct ThrottleEvent {
  explicit ThrottleEvent(MayBegin question) : what(std::move(question)) {}
  explicit ThrottleEvent(HasEnded ended) : what(ended) {}

  std::variant<MayBegin, HasEnded> what;
};

// The machine. Off from the moment in which `threshold` tasks run, until one of them ends. Its output: how
// many ran at once, at most.
Async<std::size_t> run_throttle(mpsc::UnboundedReceiver<ThrottleEvent> events, std::size_t threshold);

Async<Answer> ask(Throttle throttle);

}  // namespace ch09
