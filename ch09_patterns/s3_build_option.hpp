// s3_build_option.hpp -- what is decorated or not, as the program was built: -Dlogging_decorator=true.
//
// Whoever uses these sees no difference, and is compiled once: only s3_build_option.cpp knows the option.
// If a header asked for it, two files of one program could disagree, and that is undefined behaviour.
#pragma once

#include <string>

#include "common/future/async.hpp"

namespace ch09 {

using namespace async;

[[nodiscard]] bool has_logging_decorator();

[[nodiscard]] std::string configured_greeting();

// The book's my_async_function; decorated, each of its polls is logged.
[[nodiscard]] Async<std::string> configured_function();

}  // namespace ch09
