// shown.hpp -- numbers as the demos print them: cut to whole seconds, or a placeholder where runs differ.
//
// What varies from run to run is replaced where it is printed, and never by a pattern over the printout: a
// pattern would also hide what must not vary.
#pragma once

#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>

#include "common/base/namespace.hpp"
#include "common/demo/demo.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

// The value, or with --placeholders what stands for it: shown(options, ::getpid(), "<pid>").
template <class T>
[[nodiscard]] std::string shown(const Options& options, const T& value, const char* placeholder) {
  if (options.placeholders) return placeholder;
  std::ostringstream text;
  text << value;
  return std::move(text).str();
}

// As the book prints durations: cut, not rounded. 28.9 s are 28.
[[nodiscard]] constexpr std::int64_t whole_seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

[[nodiscard]] constexpr const char* yes_or_no(bool yes) { return yes ? "yes" : "no"; }

}  // namespace async::inline ASYNC_FLAVOUR::demo
