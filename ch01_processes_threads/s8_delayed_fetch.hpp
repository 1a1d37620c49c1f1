// s8_delayed_fetch.hpp -- data from a slow website, and meanwhile what takes a second.
//
// Thread safety: as any future; inside a runtime.
#pragma once

#include <expected>
#include <string>

#include "common/future/async.hpp"

#include "ch01_processes_threads/s8_response.hpp"

namespace ch01 {

using namespace async;

// Errors: in words: no reply, or none that is understood.
[[nodiscard]] Async<std::expected<Response, std::string>> fetch_data(std::string url);

// Stands for a question to a database: one second.
[[nodiscard]] Async<> calculate_last_login();

}  // namespace ch01
