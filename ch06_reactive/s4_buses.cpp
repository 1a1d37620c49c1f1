// s4_buses.cpp -- the demos of 6.4: the book's bus, the bounded one, and a million who come and go.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "common/demo/fixed.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/builder.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch06_reactive/demos.hpp"
#include "ch06_reactive/s4_bounded_bus.hpp"
#include "ch06_reactive/s4_event_bus.hpp"

namespace ch06 {
namespace {

using demo::println;
using namespace std::chrono_literals;
using FloatBus = EventBus<float>;

// Until 3 comes. The book's loop polls without a pause; this one sleeps where there is nothing.
Async<int> consume_event_bus(std::shared_ptr<FloatBus> bus) {
  const auto handle = co_await bus->subscribe();
  for (int count = 0;;) {
    const auto event = co_await handle.poll();
    if (!event) {
      co_await sleep(10ms);
      continue;
    }
    ++count;
    println("id: ", handle.id(), " value: ", *event);
    if (*event == 3.0f) co_return count;
  }
}

std::string text_of(const FloatBus::Chamber& chamber) {
  std::ostringstream text;
  const char* between = "";
  text << '{';
  for (const auto& [id, queue] : chamber) {
    text << std::exchange(between, ", ") << id << ": [";
    const char* comma = "";
    for (const float event : queue) text << std::exchange(comma, ", ") << event;
    text << ']';
  }
  text << '}';
  return std::move(text).str();
}

bool have_subscribed(const FloatBus::Chamber& chamber) { return chamber.size() == 2; }
bool have_polled(const FloatBus::Chamber& chamber) {
  return std::ranges::all_of(chamber, [](const auto& one) { return one.second.empty(); });
}
bool are_gone(const FloatBus::Chamber& chamber) { return chamber.empty(); }

// The book waits for a while and takes it for granted. This looks after that while, and waits again if it must.
Async<FloatBus::Chamber> wait_until(bool (*wanted)(const FloatBus::Chamber&), std::shared_ptr<FloatBus> bus,
                                    Duration pause) {
  for (;;) {
    co_await sleep(pause);
    const auto chamber = co_await bus->chamber();
    if (wanted(chamber)) co_return chamber;
  }
}

Async<bool> send_three() {
  const auto bus = FloatBus::make();
  auto one = spawn(consume_event_bus, bus);
  auto two = spawn(consume_event_bus, bus);
  co_await wait_until(have_subscribed, bus, 1s);
  for (const float event : {1.0f, 2.0f, 3.0f}) {
    co_await bus->send(event);
    co_await wait_until(have_polled, bus, 20ms);  // so that they take turns, as in the book's printout
  }
  const auto heard_by_one = co_await one;
  const auto heard_by_two = co_await two;
  const auto left = co_await bus->chamber();
  println(text_of(left));
  // The book's is there from the beginning: then only time decides whether it comes after this first look.
  spawn(garbage_collector<FloatBus>, bus).detach();
  const auto collected = co_await wait_until(are_gone, bus, 3s);
  println(text_of(collected));
  co_return heard_by_one == 3 && heard_by_two == 3 && left.size() == 2;
}

using IntBus = BoundedBus<int>;

Async<int> hear_until(std::shared_ptr<IntBus> bus, int last) {
  const auto handle = co_await bus->subscribe();
  int count = 0;
  for (;;) {
    const int event = co_await handle.next();
    ++count;
    if (event == last) co_return count;
  }
}

Async<bool> one_never_polls() {
  constexpr int kEvents = 1000;
  BusLimits limits;
  limits.capacity = 4;
  const auto bus = IntBus::make(limits);
  const auto slow = co_await bus->subscribe();
  auto fast = spawn(hear_until, bus, kEvents);
  co_await yield_now();
  for (int event = 1; event <= kEvents; ++event) {
    co_await bus->send(event);
    co_await yield_now();
  }
  const auto heard = co_await fast;
  const auto numbers = co_await bus->numbers();
  println(kEvents, " events; one subscriber waits for each and has heard ", heard.value_or(0));
  println("another never polls: ", numbers.events, " events are in its queue");
  const auto drained = co_await slow.drain();
  println("it drains them at once: ", drained.events.front(), " to ", drained.events.back(),
          "; it has missed ", drained.missed);
  co_return (heard == kEvents && numbers.events == 4 && drained.events.size() == 4 && drained.missed == 996);
}

Async<bool> some_expire(bool on_a_paused_clock) {
  constexpr std::uint64_t kEvents = 4;
  BusLimits limits;
  limits.keep = 3s;
  const auto bus = IntBus::make(limits);
  const auto handle = co_await bus->subscribe();
  const Instant start = now();
  for (std::uint64_t event = 1; event <= kEvents; ++event) {
    co_await bus->send(static_cast<int>(event));
    co_await sleep(1s);
  }
  co_await sleep(500ms);  // they are 4.5, 3.5, 2.5 and 1.5 seconds old
  const auto drained = co_await handle.drain();
  const std::chrono::duration<double> age = now() - start;
  std::string events, newest;
  for (const int event : drained.events) events += " " + std::to_string(event);
  println("an event a second, kept for 3 s; after ", demo::fixed(age.count(), 1), " s there are:", events,
          "; expired: ", drained.expired);
  // On a real clock they may be older, and then more of them have expired: always the oldest.
  for (auto event = drained.expired + 1; event <= kEvents; ++event) newest += " " + std::to_string(event);
  co_return events == newest && (on_a_paused_clock ? drained.expired == 2 : drained.expired >= 2);
}

Async<bool> come_and_go(std::size_t subscriptions) {
  const auto bus = IntBus::make();
  const auto stays = co_await bus->subscribe();
  std::uint32_t highest = 0;
  for (std::size_t i = 0; i < subscriptions; ++i) {
    const auto handle = co_await bus->subscribe();
    highest = std::max(highest, handle.id());
  }
  co_await bus->collect();
  const auto numbers = co_await bus->numbers();
  println(subscriptions, " subscribed and left; the highest id was ", highest);
  println("left over: queues ", numbers.subscribers, ", dead ids ", numbers.dead_ids, ", free ids ",
          numbers.free_ids);
  co_return highest == 1 && numbers.subscribers == 1 && numbers.dead_ids == 0 && numbers.free_ids == 1;
}

Async<bool> come_and_go_by_the_book(std::size_t subscriptions) {
  const auto bus = FloatBus::make();
  for (std::size_t i = 0; i < subscriptions; ++i) (void)co_await bus->subscribe();
  const auto before = co_await bus->chamber();
  const std::size_t collected = co_await bus->collect();
  const auto after = co_await bus->chamber();
  const auto next = co_await bus->subscribe();
  println("the book's bus, ", subscriptions, " times: ", before.size(),
          " queues until its collector comes, then ", after.size(), "; the next id is ", next.id());
  const bool all_were_kept = before.size() == subscriptions && collected == subscriptions;
  co_return (all_were_kept && after.empty() && next.id() == subscriptions);
}

}  // namespace

bool event_bus_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the subscribers and the garbage collector");
  return run_async_main(send_three(), RuntimeFlavor::current_thread);
}

bool bounded_bus_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("the subscribers");
  const bool is_bounded = run_async_main(one_never_polls(), RuntimeFlavor::current_thread);
  const bool is_recent = run_async_main(some_expire(options.paused), RuntimeFlavor::current_thread);
  return is_bounded && is_recent;
}

bool ids_demo(const demo::Options& options) {
  constexpr std::size_t kByTheBook = 1000;
  const bool by_the_book = run_async_main(come_and_go_by_the_book(kByTheBook), RuntimeFlavor::current_thread);
  return run_async_main(come_and_go(options.count("subscriptions")), RuntimeFlavor::current_thread) &&
         by_the_book;
}

}  // namespace ch06
