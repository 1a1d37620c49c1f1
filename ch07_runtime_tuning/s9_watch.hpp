// s9_watch.hpp -- one value that changes: three watchers see each update, one who sleeps sees the newest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// The guide's program: three watchers, five updates. How many lines were printed. Inside a runtime.
Async<int> three_watchers();

struct AppConfig {
  std::string host = "localhost";
  std::uint16_t port = 80;
};
// The ports that a task saw that reads its configuration anew at each change: three changes, the
// last two at once.
Async<std::vector<std::uint16_t>> config_reload();

}  // namespace ch07
