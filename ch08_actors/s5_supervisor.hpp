// s5_supervisor.hpp -- the heartbeat actor: who has not been heard of for too long is reset.
//
// It sleeps until the moment at which somebody would be too late, and not in steps: so an actor is reset
// exactly `limit` after its last beat, also if nobody is left who could wake the supervisor.
// A reset is asked for once: until the new actors are heard of, beats of the old ones do not count.
//
// Thread safety: a future, one task. Lifetime: ends with its last sender. Errors: none.
#pragma once

#include <variant>

#include "common/channel/mpsc.hpp"
#include "common/future/async.hpp"

#include "ch08_actors/s4_settings.hpp"

namespace ch08 {

struct Heartbeat {
  Heartbeat(ActorType actor_, int instance_) : actor(actor_), instance(instance_) {}

  ActorType actor;
  int instance;  // how many there were before it, and itself
};

// Whichever of the two is named: both go, as the writer dies with the key-value actor that made it.
struct Reset {
  explicit Reset(ActorType actor_) : actor(actor_) {}

  ActorType actor;
};

// To the router. The book sends them through the same channel as the requests. But there they would stand in
// line behind requests for the actor that is stuck, which is when a reset is needed.
using ControlMessage = std::variant<Heartbeat, Reset>;

[[nodiscard]] Async<> heartbeat_actor(mpsc::Receiver<Heartbeat> receiver, mpsc::Sender<ControlMessage> router,
                                      SharedSettings settings);

}  // namespace ch08
