// s1_polls.hpp -- how often the observers are polled: the book's, which wake themselves, and ours.
//
// Thread safety: functions. Both run in no time, on a paused clock of their own.
#pragma once

#include <cstddef>

#include "common/time/clock.hpp"

namespace ch06 {

struct Polls {
  std::size_t polls = 0;
  std::size_t changes = 0;  // of the temperature
};

// The book's three futures, polled in rounds, each once. Between two rounds the thread sleeps so long: in the book it
// does not, and the polls are as many as the processor can make.
[[nodiscard]] Polls polls_of_the_book(async::Duration length, async::Duration pause);

[[nodiscard]] Polls polls_of_the_observers(async::Duration length);

}  // namespace ch06
