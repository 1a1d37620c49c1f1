// limits.hpp -- http::Limits: how large what comes from outside may be. It is counted before it is kept.
#pragma once

#include <cstddef>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::http {

struct Limits {
  std::size_t line = std::size_t{8} << 10;   // bytes of one line of the head, without its end
  std::size_t fields = 100;                  // header lines, those behind the last chunk included
  std::size_t body = std::size_t{16} << 20;  // bytes, without what holds the chunks together
  std::size_t chunk_line = 256;              // bytes of the line that says how large a chunk is
};

}  // namespace async::inline ASYNC_FLAVOUR::http
