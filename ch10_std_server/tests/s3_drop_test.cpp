// s3_drop_test.cpp -- a connection is dropped at each of its awaits: nothing is left waiting for it.
//
// Under AddressSanitizer a timer or a socket that the executor still knew would be a use after free.
#include <gtest/gtest.h>

#include "common/future/poll_fn.hpp"
#include "common/future/select.hpp"

#include "ch10_std_server/s4_connection.hpp"
#include "ch10_std_server/s5_client.hpp"
#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/frames.hpp"
#include "ch10_std_server/tests/running_server.hpp"
#include "ch10_std_server/tests/socket_pairs.hpp"

namespace ch10::tests {
namespace {

class DropTest : public BothExecutors {
 protected:
  // Runs `future` until `cancelled` is seen: then it is dropped, and the task ends.
  template <class T>
  static Async<void> run_unless(const bool& cancelled, Async<T> future) {
    auto cancel = async::poll_fn([&cancelled](Context&) -> Poll<void> {
      if (cancelled) return Ready();
      return Pending();
    });
    co_await async::select_biased(std::move(cancel), std::move(future));
  }

  void expect_still_serves() {
    auto pair = unix_pair();
    write_now(pair.theirs, frame("hello"));
    ::shutdown(pair.theirs.get(), SHUT_WR);
    ServerOptions options = quick_options(GetParam());
    options.work = std::chrono::milliseconds(2);
    bool stopping = false;
    executor->spawn(handle_client(*executor, options, stopping, {std::move(pair.ours), {}}));
    ASSERT_TRUE(run());
    EXPECT_EQ(read_available(pair.theirs).bytes, kGoodReply);
  }
};
ON_BOTH_EXECUTORS(DropTest);

enum class At { unpolled, message, half_a_message, work, reply, drain };
constexpr std::array kAll{At::unpolled, At::message, At::half_a_message, At::work, At::reply, At::drain};
constexpr std::array kNames{"unpolled", "message", "half a message", "work", "reply", "drain"};

// Brings a connection to the given await with one poll: everything that it needs is there before.
struct Stopped {
  explicit Stopped(At where, ExecutorKind kind) : options(quick_options(kind)), pair(unix_pair()) {
    options.idle = std::chrono::hours(1);
    if (where == At::work) options.work = std::chrono::hours(1);
    if (where == At::half_a_message) write_now(pair.theirs, frame("hello").substr(0, 12));
    if (where > At::half_a_message) write_now(pair.theirs, frame("hello"));
    if (where == At::reply) fill(pair.ours);
  }
  Async<void> connection(Executor& executor) {
    return handle_client(executor, options, stopping, {std::move(pair.ours), {}});
  }
  ServerOptions options;
  SocketPair pair;
  bool stopping = false;
};

TEST_P(DropTest, ConnectionDroppedAtEachAwait_IsClosedAndTheOthersAreServed) {
  for (const At where : kAll) {
    SCOPED_TRACE(kNames[static_cast<std::size_t>(where)]);
    Stopped stopped(where, GetParam());
    bool cancelled = where == At::unpolled;
    executor->spawn(run_unless(cancelled, stopped.connection(*executor)));
    executor->poll();
    if (where != At::unpolled) {
      ASSERT_EQ(executor->unfinished(), 1u) << "it does not wait here";
      const bool replied = read_available(stopped.pair.theirs).bytes == kGoodReply;
      EXPECT_EQ(replied, where == At::drain);
    }
    cancelled = true;
    executor->wake_all();
    ASSERT_TRUE(run());
    EXPECT_TRUE(read_available(stopped.pair.theirs).ended);
    expect_still_serves();
  }
}

TEST_P(DropTest, ExecutorDestroyedWithAConnectionAtEachAwait_ClosesIt) {
  for (const At where : kAll) {
    SCOPED_TRACE(kNames[static_cast<std::size_t>(where)]);
    executor = make_executor(GetParam());
    Stopped stopped(where, GetParam());
    executor->spawn(stopped.connection(*executor));
    if (where != At::unpolled) executor->poll();
    read_available(stopped.pair.theirs);
    executor.reset();
    EXPECT_TRUE(read_available(stopped.pair.theirs).ended);
  }
}

// An event for a connection that is gone: it came while the task was dropped.
TEST_P(DropTest, BytesForADroppedConnection_WakeNobody) {
  Stopped stopped(At::message, GetParam());
  bool cancelled = false;
  executor->spawn(run_unless(cancelled, stopped.connection(*executor)));
  executor->poll();
  write_now(stopped.pair.theirs, "x");
  cancelled = true;
  executor->wake_all();
  ASSERT_TRUE(run());
  expect_still_serves();
}

TEST_P(DropTest, RequestDroppedWhileItConnectsOrWaits_ClosesItsConnection) {
  const Listener listener;
  for (int polls = 0; polls < 3; ++polls) {
    SCOPED_TRACE(polls);
    bool cancelled = false;
    executor->spawn(
        run_unless(cancelled, send_data(*executor, loopback(listener.port), Data{1, 2, "hello"})));
    for (int i = 0; i < polls; ++i) executor->poll();
    cancelled = true;
    executor->wake_all();
    ASSERT_TRUE(run());
    expect_still_serves();
  }
}

}  // namespace
}  // namespace ch10::tests
