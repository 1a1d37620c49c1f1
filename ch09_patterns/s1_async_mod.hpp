// s1_async_mod.hpp -- an isolated module: additions that go on by themselves, for code without async.
//
//   const auto id = ch09::async_mod::send_add(1, 2);  // returns at once
//   ...                                               // meanwhile, whatever else there is to do
//   const auto sum = ch09::async_mod::get_add(*id);   // blocks until the sum is there
//
// The runtime behind it starts with the first addition. No type in here tells that there is one, so it may
// become another one, or none, and no caller has to be changed, or compiled again.
//
// Thread safety: any thread.
// Lifetime: the runtime ends with shut_down(), else with the program, after main. What is under way then is
//   dropped.
// Errors: a sentence that says what was wrong.
#pragma once

#include <expected>
#include <string>

namespace ch09::async_mod {

// Begins an addition, which takes three seconds. The id is what get_add wants; nothing else has the same one.
[[nodiscard]] std::expected<std::string, std::string> send_add(int a, int b);

// Blocks its thread until the addition is done. An id is good for one call: the result is handed over.
// Errors: an id that was never given, or was used before; a sum that is no int; the module was shut down.
[[nodiscard]] std::expected<int, std::string> get_add(const std::string& id);

// Ends the runtime and its thread. Whoever is in get_add is told so; whoever is in send_add ends it when that
// returns. The next addition starts it anew.
void shut_down();

}  // namespace ch09::async_mod
