// s2_event_loop.hpp -- EventLoop: a thread that runs callbacks, one after the other.
//
// post() returns at once. A callback that has a channel back to who posted it (oneshot) can answer when it is done.
//
// What happens when: the callbacks run in the order of their posts, in the loop's own thread.
// Thread safety: post from any thread, also from a callback.
// Lifetime: the destructor runs what was posted, also what those callbacks post, and waits for it. Not from a
//   callback of its own.
// Errors: what a callback throws is told on stderr, and the loop goes on.
#pragma once

#include <functional>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"

#include "ch06_reactive/s1_room.hpp"

namespace ch06 {

class EventLoop {
 public:
  using Callback = std::move_only_function<void()>;

  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // One that can be called.
  void post(Callback callback);

 private:
  explicit EventLoop(Channel<Callback> events);
  static void run(const Receiver<Callback>& events) noexcept;

  const Sender<Callback> events_;
  base::Thread thread_;
};

}  // namespace ch06
