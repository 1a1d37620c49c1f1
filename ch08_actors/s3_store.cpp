// s3_store.cpp -- a request: a oneshot channel, a message that carries its sender, the answer awaited.
#include "ch08_actors/s3_store.hpp"

namespace ch08 {
namespace {

// A coroutine of its own, which owns all that it uses: the Store may go while it waits.
template <class T>
Async<StoreResult<T>> ask(mpsc::Sender<RoutingMessage> router, RoutingMessage question,
                          oneshot::Receiver<StoreResult<T>> answer) {
  const auto sent = co_await router.send(std::move(question));
  if (!sent) co_return std::unexpected(StoreError(StoreError::closed, "the store has ended"));
  auto answered = co_await std::move(answer);
  if (!answered) {
    co_return std::unexpected(StoreError(StoreError::closed, "the store ended before it answered"));
  }
  co_return *std::move(answered);
}

template <class T, class Question, class... Parts>
Async<StoreResult<T>> request(const mpsc::Sender<RoutingMessage>& router, Parts... parts) {
  auto [response, answer] = oneshot::channel<StoreResult<T>>();
  KeyValueMessage question(std::in_place_type<Question>, std::move(parts)..., std::move(response));
  return ask<T>(router, RoutingMessage(std::in_place_type<KeyValueMessage>, std::move(question)),
                std::move(answer));
}

}  // namespace

Async<StoreResult<void>> Store::set(std::string key, Bytes value) const {
  return request<void, SetKeyValueMessage>(router_, std::move(key), std::move(value));
}

Async<StoreResult<Value>> Store::get(std::string key) const {
  return request<Value, GetKeyValueMessage>(router_, std::move(key));
}

Async<StoreResult<void>> Store::remove(std::string key) const {
  return request<void, DeleteKeyValueMessage>(router_, std::move(key));
}

}  // namespace ch08
