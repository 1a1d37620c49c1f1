// s5_backoff.hpp -- Backoff: how long to wait after each failure: twice as long each time, capped, jittered.
//
//   Backoff backoff({.first = 1s, .tries = 5});   // 1 s, 2 s, 4 s, 8 s: five tries, four pauses
//
// Thread safety: one thread at a time. A copy goes on from where the original is, and its jitter is the same:
// so each client makes a Backoff of its own.
// Errors: std::invalid_argument for a value that cannot be.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <stdexcept>

#include "common/time/clock.hpp"

namespace ch09 {

using namespace async;

struct BackoffOptions {
  Duration first = std::chrono::seconds(1);
  unsigned tries = 5;              // in all, with the first one
  Duration cap = Duration::max();  // no delay is longer
  // How much of a delay is left to chance: 0 none, 25 the last quarter, 100 all of it.
  unsigned jitter_percent = 0;
  // Of that chance. Without one each Backoff has its own: with one seed for all, a crowd would stay a crowd.
  std::optional<std::uint64_t> seed = {};
};

class Backoff {
 public:
  static constexpr unsigned kNoEnd = std::numeric_limits<unsigned>::max();  // tries for ever

  explicit Backoff(BackoffOptions options = {})
      : options_(options), delay_(std::min(options.first, options.cap)), chance_(seed_of(options)) {
    if (options.first <= Duration::zero()) throw std::invalid_argument("the first delay must be above 0");
    if (options.cap <= Duration::zero()) throw std::invalid_argument("the cap of the delays must be above 0");
    if (options.tries == 0) throw std::invalid_argument("there must be at least 1 try");
    if (options.jitter_percent > 100) throw std::invalid_argument("the jitter must be 0 to 100 percent");
  }

  // After one more try has failed: how long to wait for the next one. Nothing: that was the last one, and
  // however often it is asked, there are no more.
  [[nodiscard]] std::optional<Duration> next() {
    if (options_.tries == 1) return std::nullopt;
    if (options_.tries != kNoEnd) --options_.tries;
    const Duration delay = delay_;
    // Compared with half of the cap: the double of a long delay may be more than a Duration can hold.
    delay_ = delay > options_.cap / 2 ? options_.cap : delay * 2;
    return delay - jitter(delay);
  }

 private:
  [[nodiscard]] static std::uint64_t seed_of(const BackoffOptions& options) {
    if (options.seed || options.jitter_percent == 0) return options.seed.value_or(0);
    std::random_device chance;
    return std::uint64_t{chance()} << 32 | chance();
  }

  [[nodiscard]] Duration jitter(Duration delay) {
    const auto most = static_cast<std::uint64_t>((delay / 100 * options_.jitter_percent).count());
    // No distribution of the standard's: theirs differ from library to library, and demos print these.
    return Duration(static_cast<Duration::rep>(chance_() % (most + 1)));
  }

  BackoffOptions options_;
  Duration delay_;
  std::mt19937_64 chance_;
};

}  // namespace ch09
