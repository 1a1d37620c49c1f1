// thread_settings.hpp -- ThreadSettings: how the threads of a runtime or of a pool are made, and who is told.
//
// Thread safety: a value; its functions are called from the threads that they are about, several at once.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "common/base/thread.hpp"

namespace async::inline ASYNC_FLAVOUR {

struct ThreadSettings {
  std::function<std::string()> name;  // called once for each thread, by the one that starts it
  std::size_t stack_size = 0;         // bytes; 0: the system's choice (8 MiB, or what `ulimit -s` says)
  std::function<void()> on_start;     // in the new thread, before anything else
  std::function<void()> on_stop;      // in it, as its last act

  [[nodiscard]] base::ThreadOptions options() const {
    return {.name = name ? name() : std::string(), .stack_size = stack_size};
  }
};

}  // namespace async::inline ASYNC_FLAVOUR
