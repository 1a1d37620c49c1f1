// s1_actors.hpp -- the smallest actor: a task that owns its state, and a channel as the only way to it.
//
// Thread safety: an actor runs in one task, so nothing of its state is locked. Its senders: any thread.
// Lifetime: an actor ends when its last sender is gone and all that was sent is answered.
// Errors: none; whoever does not wait for an answer does not get one.
#pragma once

#include <cstdint>
#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/channel/oneshot.hpp"
#include "common/future/async.hpp"

namespace ch08 {

using namespace async;

// Messages have a constructor: g++ 12 would destroy one twice that is an aggregate, written behind co_await.
struct Message {
  explicit Message(std::int64_t value_) : value(value_) {}

  std::int64_t value;
};

struct RespMessage {
  RespMessage(std::int64_t value_, oneshot::Sender<std::int64_t> responder_)
      : value(value_), responder(std::move(responder_)) {}

  std::int64_t value;
  oneshot::Sender<std::int64_t> responder;
};

// Adds up, and prints what it has.
[[nodiscard]] Async<> basic_actor(mpsc::Receiver<Message> receiver);

// Adds up, and answers with the sum. Whoever is gone meanwhile is not waited for.
[[nodiscard]] Async<> resp_actor(mpsc::Receiver<RespMessage> receiver);

}  // namespace ch08
