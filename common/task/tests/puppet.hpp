// puppet.hpp -- Puppet: a hand-written future that does what its Strings say, and counts what is done to it.
//
//   Strings strings;
//   auto handle = executor.spawn([&] { return Puppet(strings); });   // immovable: built where it stays
//   strings.finish = true;                                           // the next poll is the last
//   strings.waker.wake_by_ref();                                     // the waker that the latest poll kept
//
// Thread safety: none; a test that uses two threads hands the strings over.
// Lifetime: the strings outlive the puppet.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

#include "common/future/future.hpp"
#include "common/task/tests/counted.hpp"

namespace async::inline ASYNC_FLAVOUR {

struct Strings {
  bool finish = false;                                      // the next poll gives a Counted
  std::string fail_with;                                    // the next poll throws this
  bool keep_waker = true;                                   // a pending poll keeps a waker
  std::function<void(Context&)> in_poll = [](Context&) {};  // what else it does
  std::function<void()> in_destructor = [] {};

  Waker waker;  // the one that the latest pending poll kept
  std::size_t polls = 0;
  Counts futures, outputs;
};

class Puppet {
 public:
  using Output = Counted;

  explicit Puppet(Strings& strings) : strings_(strings), life_(strings.futures) {}
  Puppet(const Puppet&) = delete;
  Puppet& operator=(const Puppet&) = delete;
  ~Puppet() { strings_.in_destructor(); }

  Poll<Counted> poll(Context& cx) {
    ++strings_.polls;
    strings_.in_poll(cx);
    if (!strings_.fail_with.empty()) throw std::runtime_error(strings_.fail_with);
    if (strings_.finish) return Ready(Counted(strings_.outputs));
    if (strings_.keep_waker) strings_.waker.refresh_from(cx.waker());
    return Pending();
  }

 private:
  Strings& strings_;
  Counted life_;
};

}  // namespace async::inline ASYNC_FLAVOUR
