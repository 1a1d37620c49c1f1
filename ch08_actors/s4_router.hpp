// s4_router.hpp -- the router of a store on a file, and such a store from its start to its end.
//
//   RunningStore running = start_store(settings);
//   const auto stored = co_await running.store.set("hello", bytes_of("world"));   // it is on the disk now
//   co_await stop(std::move(running));
//
// Thread safety: in a runtime. Lifetime: a store ends when its last sender is gone; `stop` waits for that.
// Errors: an actor that dies is told at the next request; that one and all later ones are answered closed.
//   (8.5 replaces it instead.) A setting that is out of its range: std::invalid_argument.
#pragma once

#include <utility>

#include "common/future/async.hpp"
#include "common/task/join_handle.hpp"

#include "ch08_actors/s3_store.hpp"
#include "ch08_actors/s4_settings.hpp"

namespace ch08 {

[[nodiscard]] Async<> file_router(mpsc::Receiver<RoutingMessage> receiver, SharedSettings settings);

struct RunningStore {
  RunningStore(Store store_, JoinHandle<> router_) : store(std::move(store_)), router(std::move(router_)) {}

  Store store;
  JoinHandle<> router;
};

[[nodiscard]] RunningStore start_store(SharedSettings settings);

// All that was asked is answered, and the file is free, when this is ready. Copies of the store hold it up.
[[nodiscard]] Async<> stop(RunningStore running);

}  // namespace ch08
