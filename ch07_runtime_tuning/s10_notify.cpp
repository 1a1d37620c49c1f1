// s10_notify.cpp -- the demos of 7.10: one is woken, or all; and a meeting of three.
#include "ch07_runtime_tuning/s10_notify.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/barrier.hpp"
#include "common/sync/notify.hpp"
#include "common/time/timeout.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

struct Bell {
  Notify notify;
  Lines heard;
};

Async<> listen(std::shared_ptr<Bell> bell, std::string name) {
  co_await bell->notify.notified();
  bell->heard.push_back(std::move(name));
}

struct Meeting {
  Barrier barrier{3};
  Lines lines;
};

Async<> attend(std::shared_ptr<Meeting> meeting, std::string name) {
  meeting->lines.push_back(name + " has come");
  const auto result = co_await meeting->barrier.wait();
  meeting->lines.push_back(name + (result.is_leader() ? " goes on, and is the leader" : " goes on"));
}

void print(const Lines& lines) {
  for (const std::string& line : lines) println(line);
}

}  // namespace

Async<Lines> notifications() {
  const auto bell = std::make_shared<Bell>();
  bell->notify.notify_one();  // nobody waits: it is kept, once
  bell->notify.notify_one();
  co_await bell->notify.notified();
  bell->heard.emplace_back("two calls before anybody waited: one is kept");

  auto first = spawn(listen, bell, std::string("first"));
  auto second = spawn(listen, bell, std::string("second"));
  auto third = spawn(listen, bell, std::string("third"));
  co_await yield_now();
  bell->notify.notify_one();
  first.abort();  // it was chosen, and has not run yet
  (void)co_await first;
  (void)co_await second;
  bell->heard.emplace_back("(the first was chosen and aborted: the second got its notification)");

  auto fourth = spawn(listen, bell, std::string("fourth"));
  co_await yield_now();
  bell->notify.notify_waiters();
  (void)co_await third;
  (void)co_await fourth;
  bell->heard.emplace_back("(notify_waiters: all)");
  co_return std::move(bell->heard);
}

Async<Lines> meetings() {
  const auto meeting = std::make_shared<Meeting>();
  // Comes first, and leaves before the others are there.
  auto wait = [&] { return meeting->barrier.wait(); };
  const auto met = co_await timeout(1s, wait);
  meeting->lines.emplace_back(met ? "alone, and let through" : "one waits for a second, and leaves");

  auto anna = spawn(attend, meeting, std::string("anna"));
  auto bob = spawn(attend, meeting, std::string("bob"));
  co_await yield_now();
  meeting->lines.emplace_back("two are there: nobody goes on");
  auto carl = spawn(attend, meeting, std::string("carl"));
  (void)co_await anna;
  (void)co_await bob;
  (void)co_await carl;
  co_return std::move(meeting->lines);
}

bool notify_demo(const demo::Options&) {
  const demo::WaitingFor waiting("notifications");
  const Lines heard = run_async_main(notifications(), RuntimeFlavor::current_thread);
  print(heard);
  return heard == Lines{"two calls before anybody waited: one is kept",
                        "second",
                        "(the first was chosen and aborted: the second got its notification)",
                        "third",
                        "fourth",
                        "(notify_waiters: all)"};
}

bool barrier_demo(const demo::Options&) {
  const demo::WaitingFor waiting("three who meet");
  const Lines lines = run_async_main(meetings(), RuntimeFlavor::current_thread);
  print(lines);
  return lines == Lines{"one waits for a second, and leaves",
                        "anna has come",
                        "bob has come",
                        "two are there: nobody goes on",
                        "carl has come",
                        "carl goes on, and is the leader",
                        "anna goes on",
                        "bob goes on"};
}

}  // namespace ch07
