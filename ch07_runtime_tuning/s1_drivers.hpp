// s1_drivers.hpp -- enable_io, enable_time: what works in a runtime with them, and what one is told without.
//
// Thread safety: functions; they block, so not from a task.
#pragma once

#include <array>
#include <cstddef>
#include <exception>
#include <string>

#include "common/future/async.hpp"
#include "common/io/unix_stream.hpp"
#include "common/runtime/builder.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {

using namespace async;

namespace detail {

inline Async<> sleep_a_little() { co_await sleep(std::chrono::milliseconds(1)); }

inline Async<> send_a_byte_to_oneself() {
  auto ends = UnixStream::pair();
  const auto sent = co_await ends->first.write_all("x");
  std::array<std::byte, 1> buffer{};
  const auto received = co_await ends->second.read(buffer);
  ASYNC_CHECK(sent && received, "a pair of sockets carries a byte");
}

template <class Make>
std::string works_or_why_not(const Builder& builder, Make make) {
  const Runtime runtime = builder.build();
  try {
    runtime.block_on(make);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "works";
}

}  // namespace detail

// "works", or what the exception says.
[[nodiscard]] inline std::string try_to_sleep(const Builder& builder) {
  return detail::works_or_why_not(builder, detail::sleep_a_little);
}
[[nodiscard]] inline std::string try_a_socket(const Builder& builder) {
  return detail::works_or_why_not(builder, detail::send_a_byte_to_oneself);
}

}  // namespace ch07
