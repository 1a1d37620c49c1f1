// s3_router.cpp -- the demos of 8.3: the key-value store behind a router, by the global sender and by a passed one.
#include "ch08_actors/s3_router.hpp"

#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/selected.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch08_actors/demos.hpp"
#include "ch08_actors/s3_global.hpp"
#include "ch08_actors/s3_store.hpp"

namespace ch08 {
namespace {

using demo::println;

std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// As the book's two lines: the value as a text, then that there is none.
bool print_both(const StoreResult<Value>& first, const StoreResult<Value>& second) {
  if (!first || !*first || !second) return false;
  println("value: Ok(\"", text_of(**first), "\")");
  println("value: ", shown_value(*second));
  return text_of(**first) == "world" && !*second;
}

// No parameter says that these use the store.
Async<bool> four_levels_deep() {
  const auto stored = co_await set("hello", bytes_of("world"));
  const auto first = co_await get("hello");
  const auto deleted = co_await remove("hello");
  const auto second = co_await get("hello");
  co_return stored&& deleted&& print_both(first, second);
}

Async<bool> by_the_global() {
  auto [tx, rx] = mpsc::channel<RoutingMessage>(kMailbox);
  bool kept = false;
  auto routed = spawn(router, std::move(rx));
  {
    const GlobalRouter global(std::move(tx));
    kept = co_await four_levels_deep();
  }
  (void)co_await routed;
  println("the global's scope has ended, and so have router and actor");
  const auto late = co_await get("hello");
  println("value: ", late ? shown_value(*late) : "Err(\"" + late.error().message() + "\")");
  co_return kept && !late;
}

// This one says it.
Async<bool> uses_a_store(Store store) {
  const auto stored = co_await store.set("hello", bytes_of("world"));
  const auto first = co_await store.get("hello");
  const auto deleted = co_await store.remove("hello");
  const auto second = co_await store.get("hello");
  co_return stored&& deleted&& print_both(first, second);
}

Async<JoinHandle<>> start_router(mpsc::Receiver<RoutingMessage> receiver) {
  co_return spawn(router, std::move(receiver));
}

// Two stores side by side: a global could not have both.
Async<bool> by_a_passed_sender() {
  auto first = mpsc::channel<RoutingMessage>(kMailbox);
  auto second = mpsc::channel<RoutingMessage>(kMailbox);
  auto first_router = co_await start_router(std::move(first.receiver));
  auto second_router = co_await start_router(std::move(second.receiver));
  const bool one = co_await uses_a_store(Store(first.sender));
  const Store other(second.sender);
  const auto nothing = co_await other.get("hello");
  println("the other store: ", nothing ? shown_value(*nothing) : nothing.error().message());
  first_router.abort();
  second_router.abort();
  co_return one&& nothing && !*nothing;
}

}  // namespace

void answer_from(Map& map, KeyValueMessage message) {
  // Whoever asked may have gone: then nobody wants to know.
  match(
      std::move(message),
      [&](SetKeyValueMessage set) {
        map[std::move(set.key)] = std::move(set.value);
        (void)std::move(set.response).send(StoreResult<void>());
      },
      [&](GetKeyValueMessage get) {
        const auto found = map.find(get.key);
        (void)std::move(get.response).send(found == map.end() ? Value() : Value(found->second));
      },
      [&](DeleteKeyValueMessage gone) {
        map.erase(gone.key);
        (void)std::move(gone.response).send(StoreResult<void>());
      });
}

Async<> key_value_actor(mpsc::Receiver<KeyValueMessage> receiver) {
  Map map;
  for (;;) {
    auto message = co_await receiver.recv();
    if (!message) break;
    answer_from(map, *std::move(message));
  }
}

Async<> forward_all(mpsc::Receiver<RoutingMessage> from, mpsc::Sender<KeyValueMessage> to) {
  for (;;) {
    auto message = co_await from.recv();
    if (!message) break;
    const auto passed_on = co_await to.send(std::get<KeyValueMessage>(*std::move(message)));
    if (!passed_on) break;
  }
}

Async<> router(mpsc::Receiver<RoutingMessage> receiver) {
  auto [key_value_sender, key_value_receiver] = mpsc::channel<KeyValueMessage>(kMailbox);
  auto actor = spawn(key_value_actor, std::move(key_value_receiver));
  co_await forward_all(std::move(receiver), std::move(key_value_sender));
  (void)co_await actor;  // what it was sent is answered
}

bool router_demo(const demo::Options&) {
  const demo::WaitingFor waiting("an answer of the store");
  return run_async_main(by_the_global(), RuntimeFlavor::current_thread);
}

bool passed_sender_demo(const demo::Options&) {
  const demo::WaitingFor waiting("an answer of a store");
  return run_async_main(by_a_passed_sender(), RuntimeFlavor::current_thread);
}

}  // namespace ch08
