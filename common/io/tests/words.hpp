// words.hpp -- small things that the tests of sockets share: bytes as text, a path for a socket.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unistd.h>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR {

inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Of this process alone.
inline std::string path_of(const char* name) {
  const std::string path = "/tmp/async_cpp_" + std::to_string(::getpid()) + "_" + name;
  ::unlink(path.c_str());  // of a program that had this number before, and was killed
  return path;
}

}  // namespace async::inline ASYNC_FLAVOUR
