// s2_keyboard.cpp -- the thread that waits for keys, and whom it calls.
#include "ch06_reactive/s2_keyboard.hpp"

#include <utility>

#include "common/base/check.hpp"

namespace ch06 {
namespace detail {
namespace {

// Whose callbacks this thread is calling.
const KeyListeners*& calls_here() {
  static thread_local constinit const KeyListeners* calling = nullptr;
  return calling;
}

}  // namespace

std::uint64_t KeyListeners::add(KeyCallback callback) {
  auto made = std::make_shared<KeyCallback>(std::move(callback));
  auto state = state_.lock();
  state->callbacks.emplace(++state->last_id, std::move(made));
  return state->last_id;
}

void KeyListeners::remove(std::uint64_t id) {
  // Declared before the lock, so that what the callback owns is destroyed without it.
  std::shared_ptr<KeyCallback> removed;
  {
    auto state = state_.lock();
    removed = std::move(state->callbacks.at(id));
    state->callbacks.erase(id);
  }
  if (calls_here() == this) return;  // a callback drops a guard: to wait for itself would be for ever
  const base::MutexLock no_call_is_running(calling_);
}

// The next one after `id`, which becomes its own. Asked anew for each: a callback may have been removed meanwhile.
std::shared_ptr<KeyCallback> KeyListeners::find_after(std::uint64_t& id) {
  auto state = state_.lock();
  const auto next = state->callbacks.upper_bound(id);
  if (next == state->callbacks.end()) return nullptr;
  id = next->first;
  return next->second;
}

void KeyListeners::call(const Key& key) {
  const base::MutexLock calling(calling_);
  struct Calls {
    explicit Calls(const KeyListeners* mine) { calls_here() = mine; }
    ~Calls() { calls_here() = nullptr; }
  } const calls(this);
  std::uint64_t id = 0;
  while (const auto callback = find_after(id)) (*callback)(key);
}

}  // namespace detail

Keyboard::Keyboard(std::unique_ptr<KeySource> source, AtEnd at_end)
    : source_(std::move(source)), at_end_(std::move(at_end)) {}

Keyboard::~Keyboard() { source_->stop(); }

CallbackGuard Keyboard::on_key_down(KeyCallback callback) {
  return CallbackGuard(listeners_, listeners_->add(std::move(callback)));
}

void Keyboard::start() {
  ASYNC_CHECK(!thread_.joinable(), "a keyboard is started once");
  thread_ = base::Thread("keyboard", [this] { run(); });
}

void Keyboard::run() noexcept {
  std::exception_ptr failed;
  try {
    while (const auto key = source_->next()) listeners_->call(*key);
  } catch (...) {
    failed = std::current_exception();
  }
  if (at_end_) at_end_(failed);
}

}  // namespace ch06
