// s2_keyboard.hpp -- Keyboard: calls back for each key; CallbackGuard: until it is dropped.
//
// A thread with an event loop waits for keys and calls every callback that is there; dropping a guard takes its
// callback away. In the crate that the book uses, the first on_key_down starts the thread. Here start() does, so that
// whoever is to hear the first key can be there before it.
//
// What happens when: callbacks run in the keyboard's thread, one after the other, in the order in which they were
// given. Once a guard's destructor has returned, its callback does not run and will not; only if it is the callback
// itself that drops it, that call goes on to its end.
// Thread safety: on_key_down from any thread; start from one; a guard is dropped in any.
// Lifetime: the destructor stops the keys and waits for the thread, so it is not for a callback to call. A guard may
//   outlive the keyboard.
// Errors: what a callback throws ends the keys, and is given to the function that was told to hear of the end.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "common/base/locked.hpp"
#include "common/base/thread.hpp"

#include "ch06_reactive/s2_key_source.hpp"

namespace ch06 {

using KeyCallback = std::function<void(const Key&)>;

namespace detail {

// The callbacks: what the keyboard and its guards share.
class KeyListeners {
 public:
  std::uint64_t add(KeyCallback callback);
  void remove(std::uint64_t id);
  void call(const Key& key);

 private:
  [[nodiscard]] std::shared_ptr<KeyCallback> find_after(std::uint64_t& id);

  struct State {
    std::uint64_t last_id = 0;
    std::map<std::uint64_t, std::shared_ptr<KeyCallback>> callbacks;
  };
  base::Locked<State> state_;
  base::Mutex calling_;  // held during a call: remove() waits for its end
};

}  // namespace detail

class [[nodiscard("dropping the guard takes the callback away")]] CallbackGuard {
 public:
  CallbackGuard(std::shared_ptr<detail::KeyListeners> listeners, std::uint64_t id)
      : listeners_(std::move(listeners)), id_(id) {}
  CallbackGuard(CallbackGuard&&) noexcept = default;
  CallbackGuard& operator=(CallbackGuard&&) = delete;
  ~CallbackGuard() {
    if (listeners_ != nullptr) listeners_->remove(id_);
  }

 private:
  std::shared_ptr<detail::KeyListeners> listeners_;
  std::uint64_t id_;
};

class Keyboard {
 public:
  // Called in the keyboard's thread when no more keys will come; with what a callback threw, if one did.
  using AtEnd = std::function<void(std::exception_ptr)>;

  explicit Keyboard(std::unique_ptr<KeySource> source, AtEnd at_end = {});
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;
  ~Keyboard();

  // Until the guard is dropped.
  CallbackGuard on_key_down(KeyCallback callback);

  // Keys come from here on. Once.
  void start();

 private:
  void run() noexcept;

  const std::unique_ptr<KeySource> source_;
  const AtEnd at_end_;
  const std::shared_ptr<detail::KeyListeners> listeners_ = std::make_shared<detail::KeyListeners>();
  base::Thread thread_;  // last: it uses what stands above
};

}  // namespace ch06
