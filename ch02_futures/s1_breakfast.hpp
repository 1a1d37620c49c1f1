// s1_breakfast.hpp -- coffee and toast: three steps in one task. Some wait, some need both hands.
//
// sleep() is a wait that needs nobody: the kettle boils by itself, and the other steps go on.
// blocking_sleep() stands for work with both hands: it keeps the thread, so all other steps stand still.
#pragma once

#include <chrono>

#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/time/sleep.hpp"

namespace ch02 {

using namespace async;
using namespace std::chrono_literals;
using demo::println;

inline Async<> prep_coffee_mug() {
  println("Pouring milk...");
  blocking_sleep(3s);
  println("Milk poured.");
  println("Putting instant coffee...");
  blocking_sleep(3s);
  println("Instant coffee put.");
  co_return;
}

inline Async<> make_coffee() {
  println("boiling kettle...");
  co_await sleep(10s);
  println("kettle boiled.");
  println("pouring boiled water...");
  blocking_sleep(3s);
  println("boiled water poured.");
}

inline Async<> make_toast() {
  println("putting bread in toaster...");
  co_await sleep(10s);
  println("bread toasted.");
  println("buttering toasted bread...");
  blocking_sleep(5s);
  println("toasted bread buttered.");
}

// 24 s: the mug comes first in the join, and has nothing to wait for. Kettle and toaster are not even on.
inline Async<> breakfast() { co_await join(prep_coffee_mug(), make_coffee(), make_toast()); }

// The same step, but it lets the others begin.
inline Async<> prep_coffee_mug_later() {
  co_await sleep(100ms);
  co_await prep_coffee_mug();
}

// 18 s: the mug is prepared while the water boils.
inline Async<> faster_breakfast() { co_await join(prep_coffee_mug_later(), make_coffee(), make_toast()); }

bool breakfast_demo(const demo::Options& options);
bool faster_breakfast_demo(const demo::Options& options);

}  // namespace ch02
