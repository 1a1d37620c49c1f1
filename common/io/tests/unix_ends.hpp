// unix_ends.hpp -- Ends: two Unix sockets that are connected, without a path; what the tests of the reactor share.
#pragma once

#include <gtest/gtest.h>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>
#include <utility>

#include "common/io/tests/hand_turned.hpp"
#include "common/io/unix_stream.hpp"

namespace async::inline ASYNC_FLAVOUR {

inline void put(const UnixStream& into, std::string_view text) {
  ASSERT_EQ(::write(into.fd(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

// Two ends, `far` written to by the test itself. The events about their birth are over.
struct Ends {
  explicit Ends(HandTurned& hand) : Ends(UnixStream::pair().value()) { hand.look(); }
  explicit Ends(std::pair<UnixStream, UnixStream> both)
      : near(std::move(both.first)), far(std::move(both.second)) {}

  UnixStream near;
  UnixStream far;
};

}  // namespace async::inline ASYNC_FLAVOUR
