// s2_event_loop.cpp -- the loop of the event loop.
#include "ch06_reactive/s2_event_loop.hpp"

#include <cstdio>
#include <exception>
#include <utility>

namespace ch06 {

EventLoop::EventLoop() : EventLoop(unbounded<Callback>()) {}

EventLoop::EventLoop(Channel<Callback> events)
    : events_(std::move(events.sender)),
      thread_("event loop", [receiver = std::move(events.receiver)] { run(receiver); }) {}

EventLoop::~EventLoop() {
  events_.reset();  // the last sender: the loop ends when the queue is empty
}

void EventLoop::post(Callback callback) { (void)events_->send(std::move(callback)); }

void EventLoop::run(const Receiver<Callback>& events) noexcept {
  for (;;) {
    auto callback = events.recv();
    if (!callback) return;
    try {
      (*callback)();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "event loop: a callback threw: %s\n", error.what());
    } catch (...) {
      std::fprintf(stderr, "event loop: a callback threw something that is no std::exception\n");
    }
  }
}

}  // namespace ch06
