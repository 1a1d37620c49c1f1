// demo_support.hpp -- a clock that sockets can live with, and what must be there for a demo to go on.
#pragma once

#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "common/demo/demo.hpp"
#include "common/io/io_error.hpp"
#include "common/time/system_clock.hpp"

namespace ch04 {

using namespace async;

// Real time in this thread and in those that it starts: with --paused, and where somebody outside is waited
// for, a person or a server of the internet's, whom no --speed makes faster. A paused clock jumps when all
// threads wait; one that waits for a socket waits too, and every deadline would be over before the bytes have
// come.
class RealTime {
 public:
  explicit RealTime(const demo::Options& options) {
    if (options.paused || options.interactive || !options.text("url").empty()) clock_.emplace();
  }

 private:
  std::optional<SystemClock> clock_;
};

// The value. Errors: std::runtime_error with the message; run_demos prints it and ends with exit code 1.
template <class T>
T value_of(IoResult<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace ch04
