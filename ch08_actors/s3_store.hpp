// s3_store.hpp -- Store: set, get and delete of the key-value store, for who holds the sender to its router.
//
//   const Store store(sender);
//   const auto stored = co_await store.set("hello", bytes_of("world"));   // std::expected<void, StoreError>
//
// This is "passing it instead" of the global of s3_global.hpp: a Store is a sender, copied wherever it is
// needed.
//
// Thread safety: any thread; a copy for each task costs a reference count.
// Lifetime: the router ends when the last copy is gone. A future keeps a copy of its own.
// Errors: StoreError. Dropping a future before it answered: the request may be carried out or not.
#pragma once

#include <string>
#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/future/async.hpp"

#include "ch08_actors/s3_messages.hpp"

namespace ch08 {

class Store {
 public:
  explicit Store(mpsc::Sender<RoutingMessage> router) : router_(std::move(router)) {}

  [[nodiscard]] Async<StoreResult<void>> set(std::string key, Bytes value) const;
  [[nodiscard]] Async<StoreResult<Value>> get(std::string key) const;
  [[nodiscard]] Async<StoreResult<void>> remove(std::string key) const;  // delete is a word of C++

 private:
  mpsc::Sender<RoutingMessage> router_;
};

}  // namespace ch08
