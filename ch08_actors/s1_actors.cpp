// s1_actors.cpp -- the demos of 8.1: ten messages to an actor that prints; ten to one that answers.
#include "ch08_actors/s1_actors.hpp"

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch08_actors/demos.hpp"

namespace ch08 {
namespace {

using demo::println;

constexpr std::int64_t kMessages = 10;

Async<bool> ten_messages() {
  auto [tx, rx] = mpsc::channel<Message>(100);
  auto actor = spawn(basic_actor, std::move(rx));
  for (std::int64_t i = 0; i < kMessages; ++i) {
    Message message(i);
    (void)co_await tx.send(std::move(message));
  }
  {
    const auto last = std::move(tx);
  }
  // The book's main ends here, and what the actor has not printed by then is not printed.
  const auto ended = co_await actor;
  co_return ended.has_value();
}

Async<bool> ten_questions() {
  auto [tx, rx] = mpsc::channel<RespMessage>(100);
  auto actor = spawn(resp_actor, std::move(rx));
  std::int64_t last_answer = 0;
  for (std::int64_t i = 0; i < kMessages; ++i) {
    auto [resp_tx, resp_rx] = oneshot::channel<std::int64_t>();
    RespMessage message(i, std::move(resp_tx));
    (void)co_await tx.send(std::move(message));
    const auto answer = co_await std::move(resp_rx);
    if (!answer) co_return false;
    println("Response: ", *answer);
    last_answer = *answer;
  }
  {
    const auto last = std::move(tx);
  }
  (void)co_await actor;
  co_return last_answer == 45;
}

}  // namespace

Async<> basic_actor(mpsc::Receiver<Message> receiver) {
  std::int64_t state = 0;
  for (;;) {
    const auto message = co_await receiver.recv();
    if (!message) break;
    state += message->value;
    println("Received: ", message->value);
    println("State: ", state);
  }
}

Async<> resp_actor(mpsc::Receiver<RespMessage> receiver) {
  std::int64_t state = 0;
  for (;;) {
    auto message = co_await receiver.recv();
    if (!message) break;
    state += message->value;
    (void)std::move(message->responder).send(state);
  }
}

bool basic_actor_demo(const demo::Options&) {
  const demo::WaitingFor waiting("an actor to add ten numbers");
  return run_async_main(ten_messages(), RuntimeFlavor::current_thread);
}

bool responding_actor_demo(const demo::Options&) {
  const demo::WaitingFor waiting("ten answers of an actor");
  return run_async_main(ten_questions(), RuntimeFlavor::current_thread);
}

}  // namespace ch08
