// or_throw.hpp -- or_throw: what must be there for a demo to go on.
#pragma once

#include <expected>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

// The value. Errors: std::runtime_error with the text; run_demos prints it and ends with exit code 1.
template <class T>
T or_throw(std::expected<T, std::string> value) {
  if (!value) throw std::runtime_error(value.error());
  if constexpr (!std::is_void_v<T>) return *std::move(value);
}

}  // namespace async::inline ASYNC_FLAVOUR::demo
