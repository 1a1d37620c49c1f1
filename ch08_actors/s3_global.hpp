// s3_global.hpp -- the global sender to the router: set, get and delete from anywhere, with nothing passed along.
//
//   const GlobalRouter global(sender);        // at the start of main, before anything is spawned
//   ...
//   co_await set("hello", bytes_of("world")); // four levels deep, without a parameter for it
//
// The book's ROUTER_SENDER is a OnceLock: once set, it stays, and with it the router. Here it has a scope:
// when that ends the sender goes, and a router without senders ends. s3_store.hpp does without a global.
//
// Thread safety: any thread. Lifetime: one GlobalRouter at a time; who asks meanwhile holds a copy of the
//   sender.
// Errors: a second GlobalRouter: std::logic_error. To ask without one: StoreError::closed, with what to do.
#pragma once

#include <string>

#include "ch08_actors/s3_store.hpp"

namespace ch08 {

class GlobalRouter {
 public:
  explicit GlobalRouter(mpsc::Sender<RoutingMessage> sender);
  GlobalRouter(const GlobalRouter&) = delete;
  GlobalRouter& operator=(const GlobalRouter&) = delete;
  ~GlobalRouter();
};

[[nodiscard]] Async<StoreResult<void>> set(std::string key, Bytes value);
[[nodiscard]] Async<StoreResult<Value>> get(std::string key);
[[nodiscard]] Async<StoreResult<void>> remove(std::string key);

}  // namespace ch08
