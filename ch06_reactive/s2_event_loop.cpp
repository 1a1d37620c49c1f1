// s2_event_loop.cpp -- the loop of the event loop.
#include "ch06_reactive/s2_event_loop.hpp"

#include <cstdio>
#include <exception>
#include <utility>

#include "common/base/check.hpp"

namespace ch06 {
namespace {

void call(EventLoop::Callback& callback) noexcept {
  try {
    callback();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "event loop: a callback threw: %s\n", error.what());
  } catch (...) {
    std::fprintf(stderr, "event loop: a callback threw something that is no std::exception\n");
  }
}

}  // namespace

EventLoop::EventLoop() : EventLoop(unbounded<Callback>()) {}

EventLoop::EventLoop(Channel<Callback> events)
    : events_(std::move(events.sender)),
      thread_("event loop", [receiver = std::move(events.receiver)] { run(receiver); }) {}

// An empty callback says that it is the last one from outside.
EventLoop::~EventLoop() { (void)events_.send(Callback()); }

void EventLoop::post(Callback callback) {
  ASYNC_CHECK(callback != nullptr, "an event loop is given something that it can call");
  (void)events_.send(std::move(callback));
}

void EventLoop::run(const Receiver<Callback>& events) noexcept {
  // From that one on nobody posts but the callbacks, which are called here: so an empty queue stays empty.
  for (bool is_ending = false; !is_ending || events.len() > 0;) {
    auto callback = events.recv().value();
    if (callback == nullptr) {
      is_ending = true;
    } else {
      call(callback);
    }
  }
}

}  // namespace ch06
