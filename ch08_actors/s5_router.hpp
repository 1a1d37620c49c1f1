// s5_router.hpp -- the router that replaces its actors: told by the supervisor, or by anybody who sends it a Reset.
//
// To replace: the key-value actor is aborted, and its end awaited (the book sleeps 100 ms); its writer dies
// with it; the new one gets the same inbox, with all that is not answered. Requests meanwhile wait in the
// router's channel.
// The router waits for room at the actor and for messages to itself at the same time: one that only waited
// for the room could not be told that the actor must be reset.
//
// Thread safety: in a runtime. Lifetime: ends when the last sender of requests is gone and all is answered.
// Errors: as the actors'. A poll that never returns cannot be ended: that is told, once a second is over,
//   if a thread is left for the router.
#pragma once

#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/future/async.hpp"

#include "ch08_actors/s4_router.hpp"
#include "ch08_actors/s5_supervisor.hpp"

namespace ch08 {

[[nodiscard]] Async<> supervising_router(mpsc::Receiver<RoutingMessage> requests,
                                         mpsc::Channel<ControlMessage> control, SharedSettings settings);

struct SupervisedStore {
  SupervisedStore(RunningStore running_, mpsc::Sender<ControlMessage> control_)
      : running(std::move(running_)), control(std::move(control_)) {}

  RunningStore running;
  mpsc::Sender<ControlMessage> control;
};

[[nodiscard]] SupervisedStore start_supervised_store(SharedSettings settings);

}  // namespace ch08
