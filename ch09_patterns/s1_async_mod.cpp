// s1_async_mod.cpp -- what the isolated module keeps to itself: a runtime, and a map from ids to handles.
#include "ch09_patterns/s1_async_mod.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "common/base/locked.hpp"
#include "common/channel/oneshot.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/runtime/builder.hpp"
#include "common/time/sleep.hpp"

#include "ch09_patterns/s1_uuid.hpp"

namespace ch09::async_mod {
namespace {

using namespace async;
using namespace std::chrono_literals;
using Sum = std::expected<int, std::string>;
using HasBegun = oneshot::Sender<bool>;

Async<Sum> async_add(int a, int b, HasBegun has_begun) {
  demo::println("starting async_add");
  (void)std::move(has_begun).send(true);
  co_await sleep(3s);
  demo::println("finished async_add");
  int sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    co_return std::unexpected(std::to_string(a) + " + " + std::to_string(b) + " does not fit into an int");
  }
  co_return sum;
}

class Module {
 public:
  std::string send(int a, int b) {
    std::string id = new_uuid();
    auto [has_begun, begins] = oneshot::channel<bool>();
    auto handle = runtime_.spawn(async_add, a, b, std::move(has_begun));
    handles_.lock()->emplace(id, std::move(handle));
    // So the book's order of lines is no luck. If the runtime ends before the task has begun, the sender in
    // it is dropped, and that ends this too.
    (void)std::move(begins).blocking_recv();
    return id;
  }

  std::optional<JoinHandle<Sum>> take(const std::string& id) {
    auto handles = handles_.lock();
    auto node = handles->extract(id);
    if (!node) return std::nullopt;
    return std::move(node.mapped());
  }

 private:
  // One thread is enough: additions mostly wait, and all of them at once.
  Runtime runtime_ =
      Builder::new_multi_thread().worker_threads(1).thread_name("async_mod").enable_time().build();
  base::Locked<std::unordered_map<std::string, JoinHandle<Sum>>> handles_;
};

// None until the first addition. Destroyed after main; by then the runtime's thread may still print and
// sleep: the output and the clock that it uses are never destroyed.
base::Locked<std::shared_ptr<Module>>& current() {
  static base::Locked<std::shared_ptr<Module>> module;
  return module;
}

std::shared_ptr<Module> started() {
  auto module = current().lock();
  if (*module == nullptr) *module = std::make_shared<Module>();
  return *module;
}

}  // namespace

std::expected<std::string, std::string> send_add(int a, int b) {
  try {
    return started()->send(a, b);
  } catch (const std::exception& error) {
    return std::unexpected(std::string("an addition could not be begun: ") + error.what());
  }
}

std::expected<int, std::string> get_add(const std::string& id) {
  std::optional<JoinHandle<Sum>> handle;
  if (const auto module = std::shared_ptr(*current().lock())) handle = module->take(id);
  if (!handle) {
    return std::unexpected("no addition has the id '" + id + "': give one that send_add returned, once");
  }
  // In no lock: other threads may use the module meanwhile.
  auto ended = block_on(*handle);
  if (!ended) return std::unexpected("the addition has no result: " + ended.error().message());
  return *std::move(ended);
}

void shut_down() {
  // Destroyed here, without the lock: that joins the runtime's thread.
  const std::shared_ptr<Module> ended = std::exchange(*current().lock(), nullptr);
}

}  // namespace ch09::async_mod
