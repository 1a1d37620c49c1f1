// s12_select_loop.hpp -- the guide's loop: the next message, or 30 s without one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

struct Processed {
  enum class End : std::uint8_t { idle, closed };

  std::vector<std::string> messages;
  End end = End::idle;
};

Async<Processed> process_with_timeout(mpsc::Receiver<std::string> from);

}  // namespace ch07
