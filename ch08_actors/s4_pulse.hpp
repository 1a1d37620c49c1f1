// s4_pulse.hpp -- Pulse: an actor says that it is there. Until 8.5 nobody listens.
//
// Thread safety: one thread at a time; copies are independent. Errors: a beat that has no room is left out:
// 32 others wait to be heard.
#pragma once

#include <expected>
#include <functional>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/by_ref.hpp"
#include "common/time/timeout.hpp"

#include "ch08_actors/s4_settings.hpp"

namespace ch08 {

class Pulse {
 public:
  Pulse(Duration every, std::function<void()> beat) : every_(every), beat_(std::move(beat)) {}

  [[nodiscard]] Duration every() const { return every_; }
  void beat() const {
    if (beat_) beat_();
  }

  // The output of a future that is waited for; meanwhile the pulse goes on.
  template <Future F>
  Async<OutputOf<F>> while_waiting_for(F future) const {
    for (;;) {
      auto answer = co_await timeout(every_, by_ref(future));
      beat();
      if (answer) co_return *std::move(answer);
    }
  }

 private:
  Duration every_;
  std::function<void()> beat_;
};

}  // namespace ch08
