// s4_router.cpp -- the router makes the key-value actor, which makes the writer.
#include "ch08_actors/s4_router.hpp"

#include "common/runtime/handle.hpp"

#include "ch08_actors/s3_router.hpp"
#include "ch08_actors/s4_key_value_actor.hpp"

namespace ch08 {

Async<> file_router(mpsc::Receiver<RoutingMessage> receiver, SharedSettings settings) {
  auto channel = mpsc::channel<KeyValueMessage>(kMailbox);
  // The actor has the only share in the inbox: what is in it is told if the actor dies.
  auto inbox = std::make_shared<Inbox>(std::move(channel.receiver));
  auto actor = spawn(key_value_file_actor, std::move(inbox), settings, Pulses(settings->beat), 1);
  co_await forward_all(std::move(receiver), std::move(channel.sender));
  const auto ended = co_await actor;
  if (!ended) settings->tell("the key-value actor has died: " + ended.error().message());
}

RunningStore start_store(SharedSettings settings) {
  settings->check();
  auto channel = mpsc::channel<RoutingMessage>(kMailbox);
  auto routed = spawn(file_router, std::move(channel.receiver), std::move(settings));
  return RunningStore(Store(std::move(channel.sender)), std::move(routed));
}

Async<> stop(RunningStore running) {
  {
    const Store last = std::move(running.store);
  }
  (void)co_await running.router;
}

}  // namespace ch08
