// polled_context.hpp -- the executor that Asio gets from us: a list, which a future of ours polls.
//
// Asio (and Beast, which is made of it) asks its executor to run a function, and its streams to begin
// operations and to call a handler later. The usual answer is an io_context: a loop, with an epoll of its
// own, which somebody has to run in some thread. Ours is the opposite: PendingOperations is a list that
// belongs to one future (as_future.hpp). Whoever polls the future polls the list; dropping the future drops
// the list, and so the operations with their handlers. As in Rust: no task of its own, nothing that outlives
// its owner.
//
// The tempting other way is to spawn a task for each operation. Then a future that is dropped leaves a task
// behind which reads into the dropped coroutine's buffer: a use after free, sooner or later.
//
// Thread safety: as a future: one poll at a time, and everything else happens inside it (checked).
// Lifetime: the context outlives its streams; the list outlives what is in it.
#pragma once

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <functional>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "common/base/check.hpp"
#include "common/future/context.hpp"

namespace ch04 {

namespace asio = boost::asio;

// An operation that a stream has begun: polled until it is ready, then told to call its handler.
class PendingOperation {
 public:
  PendingOperation() = default;
  PendingOperation(const PendingOperation&) = delete;
  PendingOperation& operator=(const PendingOperation&) = delete;
  virtual ~PendingOperation() = default;

  [[nodiscard]] virtual bool poll(async::Context& cx) = 0;  // true: it is ready
  virtual void complete() = 0;                              // once, after that
};

class PendingOperations {
 public:
  using Function = std::move_only_function<void()>;

  void begin(std::unique_ptr<PendingOperation> operation) {
    ASYNC_CHECK(is_polled_, kFromOutside);
    waiting_.push_back(std::move(operation));
  }
  void post(Function function) {
    ASYNC_CHECK(is_polled_, kFromOutside);
    posted_.push_back(std::move(function));
  }
  [[nodiscard]] bool is_empty() const { return waiting_.empty() && posted_.empty(); }

  // Calls `first`, then what is posted, and polls what waits, until all that is left waits. Handlers are
  // called in here and nowhere else, never by the function that began their operation: that is what Asio
  // promises them.
  template <class First>
  void poll(async::Context& cx, First first) {
    const BeingPolled being_polled(is_polled_);
    first();
    do {
      for (auto& function : std::exchange(posted_, {})) function();
      std::list<std::unique_ptr<PendingOperation>> ready;
      for (auto each = waiting_.begin(); each != waiting_.end();) {
        const auto next = std::next(each);
        if ((*each)->poll(cx)) ready.splice(ready.end(), waiting_, each);
        each = next;
      }
      // Only now: a handler begins the next operation, in the list that was walked through.
      for (auto& operation : ready) operation->complete();
      if (ready.empty() && posted_.empty()) return;
    } while (true);
  }

 private:
  static constexpr const char* kFromOutside =
      "this executor is used inside a poll of its future, and in no other thread: what was begun here has to "
      "end here";

  class BeingPolled {
   public:
    explicit BeingPolled(bool& is_polled) : is_polled_(is_polled) { is_polled_ = true; }
    BeingPolled(const BeingPolled&) = delete;
    BeingPolled& operator=(const BeingPolled&) = delete;
    ~BeingPolled() { is_polled_ = false; }

   private:
    bool& is_polled_;
  };

  std::list<std::unique_ptr<PendingOperation>> waiting_;
  std::vector<Function> posted_;
  bool is_polled_ = false;
};

// Asio wants every executor to have a context, where its own services may live. None ever does: those are
// what starts threads and opens an epoll.
class PolledContext : public asio::execution_context {
 public:
  class Executor;
  // For streams: without a list. The future of an operation brings that.
  [[nodiscard]] inline Executor executor();
};

// What Asio's requirements for an executor come to: execute, comparison, and the answers to a few queries.
class PolledContext::Executor {
 public:
  Executor(PolledContext& context, PendingOperations* operations)
      : context_(&context), operations_(operations) {}

  template <class Function>
  void execute(Function&& function) const {
    operations().post(std::forward<Function>(function));
  }

  [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const noexcept {
    return *context_;
  }
  // execute() only queues.
  [[nodiscard]] static constexpr asio::execution::blocking_t::never_t query(
      asio::execution::blocking_t) noexcept {
    return {};
  }
  // "Count the work that is outstanding": there is nothing to count, a list that has something is polled
  // anyway. It has to be said all the same: for a preference that an executor does not know, Asio 1.74 keeps
  // a reference to the executor that it was given, also where that is a temporary.
  [[nodiscard]] Executor prefer(asio::execution::outstanding_work_t::tracked_t) const { return *this; }

  friend bool operator==(const Executor& a, const Executor& b) noexcept {
    return a.context_ == b.context_ && a.operations_ == b.operations_;
  }
  friend bool operator!=(const Executor& a, const Executor& b) noexcept { return !(a == b); }

  [[nodiscard]] PendingOperations& operations() const {
    ASYNC_CHECK(
        operations_ != nullptr,
        "an operation on our stream needs a future that polls it: give it AsFuture(context) as its token");
    return *operations_;
  }

 private:
  PolledContext* context_;
  PendingOperations* operations_;
};

inline PolledContext::Executor PolledContext::executor() { return {*this, nullptr}; }

static_assert(asio::execution::is_executor_v<PolledContext::Executor>);

}  // namespace ch04
