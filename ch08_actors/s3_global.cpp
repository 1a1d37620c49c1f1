// s3_global.cpp -- the one variable behind the global functions.
#include "ch08_actors/s3_global.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include "common/base/locked.hpp"

namespace ch08 {
namespace {

// A lock instead of a OnceLock: it is set and taken back, and held for the copy of a pointer.
base::Locked<std::optional<Store>>& router_sender() {
  static base::Locked<std::optional<Store>> sender;
  return sender;
}

std::optional<Store> current_store() { return *router_sender().lock(); }

template <class T, class Ask>
Async<StoreResult<T>> with_store(Ask ask) {
  const auto store = current_store();
  if (!store) {
    co_return std::unexpected(
        StoreError(StoreError::closed, "no router: make a GlobalRouter at the start of main"));
  }
  auto answer = ask(*store);
  co_return co_await std::move(answer);
}

}  // namespace

GlobalRouter::GlobalRouter(mpsc::Sender<RoutingMessage> sender) {
  auto current = router_sender().lock();
  if (*current) throw std::logic_error("there is a GlobalRouter already: one at a time");
  current->emplace(std::move(sender));
}

GlobalRouter::~GlobalRouter() {
  // Destroyed outside of the lock: the last sender's end wakes the router.
  const auto gone = std::exchange(*router_sender().lock(), std::nullopt);
}

Async<StoreResult<void>> set(std::string key, Bytes value) {
  return with_store<void>([key = std::move(key), value = std::move(value)](const Store& store) mutable {
    return store.set(std::move(key), std::move(value));
  });
}

Async<StoreResult<Value>> get(std::string key) {
  return with_store<Value>(
      [key = std::move(key)](const Store& store) mutable { return store.get(std::move(key)); });
}

Async<StoreResult<void>> remove(std::string key) {
  return with_store<void>(
      [key = std::move(key)](const Store& store) mutable { return store.remove(std::move(key)); });
}

}  // namespace ch08
