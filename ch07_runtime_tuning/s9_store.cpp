// s9_store.cpp -- the demo of 7.9: the guide's key-value store; no lock, for only its task touches the map.
#include "ch07_runtime_tuning/s9_store.hpp"

#include <map>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/selected.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

using Map = std::map<std::string, std::string>;

void answer(const Map& map, Get question) {
  const auto found = map.find(question.key);
  // Whoever asked may have gone: then nobody wants to know.
  (void)std::move(question.reply).send(found == map.end() ? Value() : Value(found->second));
}

Async<Value> set_and_get() {
  auto [tx, rx] = mpsc::channel<Command>(32);
  auto store = spawn(run_store, std::move(rx));
  co_await set(tx, "foo", "bar");
  auto value = co_await get(tx, "foo");
  const auto missing = co_await get(tx, "baz");
  println("got: ", value.value_or("nothing"));
  println("and for a key that nobody has set: ", missing.value_or("nothing"));
  {
    const auto last = std::move(tx);
  }
  (void)co_await store;
  println("the last sender is gone: the store has ended");
  co_return value;
}

}  // namespace

Async<> run_store(mpsc::Receiver<Command> commands) {
  Map map;
  for (;;) {
    auto command = co_await commands.recv();
    if (!command) break;
    match(
        *std::move(command), [&](Get question) { answer(map, std::move(question)); },
        [&](Set order) { map[std::move(order.key)] = std::move(order.value); });
  }
}

Async<> set(mpsc::Sender<Command> store, std::string key, std::string value) {
  Command command = Set(std::move(key), std::move(value));
  (void)co_await store.send(std::move(command));
}

Async<Value> get(mpsc::Sender<Command> store, std::string key) {
  auto [reply_tx, reply_rx] = oneshot::channel<Value>();
  Command command = Get(std::move(key), std::move(reply_tx));
  (void)co_await store.send(std::move(command));
  auto reply = co_await std::move(reply_rx);
  co_return reply ? *std::move(reply) : Value();
}

bool store_demo(const demo::Options&) {
  const demo::WaitingFor waiting("a reply of the store");
  return run_async_main(set_and_get(), RuntimeFlavor::current_thread) == "bar";
}

}  // namespace ch07
