// s3_router.hpp -- the router, which alone is known outside, and the key-value actor that it makes. In memory.
//
// Thread safety: futures; each is one task. Lifetime: the router ends with its last sender, and ends its
//   actor.
// Errors: none of their own.
#pragma once

#include "common/channel/mpsc.hpp"
#include "common/future/async.hpp"

#include "ch08_actors/s3_messages.hpp"

namespace ch08 {

inline constexpr std::size_t kMailbox = 32;  // how many messages wait in a channel; the book's number

[[nodiscard]] Async<> router(mpsc::Receiver<RoutingMessage> receiver);
[[nodiscard]] Async<> key_value_actor(mpsc::Receiver<KeyValueMessage> receiver);

// Passes on what comes, until nothing comes any more or the actor is gone. What cannot be passed on is
// dropped, and whoever asked is told.
[[nodiscard]] Async<> forward_all(mpsc::Receiver<RoutingMessage> from, mpsc::Sender<KeyValueMessage> to);

// One request, carried out on a map that needs no file.
void answer_from(Map& map, KeyValueMessage message);

}  // namespace ch08
