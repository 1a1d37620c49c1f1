// https_bridge_test.cpp -- any operation of Asio is a Future; its handlers run in its polls alone.
#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "common/future/by_ref.hpp"
#include "common/future/join.hpp"

#include "ch04_networking/https/as_future.hpp"
#include "ch04_networking/https/asio_stream.hpp"
#include "ch04_networking/https/census.hpp"
#include "ch04_networking/tests/https_stream_pair.hpp"

namespace ch04 {
namespace {

class BridgeTest : public testing::Test {
 protected:
  BridgeTest() {
    pair.connect_tls();
    stream.emplace(context, std::move(*pair.client));
  }
  void server_says(std::string text) {
    auto saying = pair.hand.executor.spawn([this, text] { return pair.server->write_all(text); });
    ASSERT_TRUE(pair.hand.run(saying));
  }

  StreamPair pair;
  PolledContext context;
  std::optional<AsioStream> stream;
};

TEST_F(BridgeTest, ComposedOperations_AreFutures) {
  std::string line;
  const auto line_and_answer = [this, &line]() -> Async<std::size_t> {
    const auto read =
        co_await asio::async_read_until(*stream, asio::dynamic_buffer(line), '\n', AsFuture(context));
    const std::string answer(100'000, 'x');
    const auto written = co_await asio::async_write(*stream, asio::buffer(answer), AsFuture(context));
    (void)co_await stream->stream().shutdown();
    co_return read.value_or(0) + written.value_or(0);
  };
  auto working = pair.hand.executor.spawn(line_and_answer);
  server_says("one ");
  EXPECT_FALSE(working.is_finished());
  server_says("line\n");
  auto hearing = pair.hand.executor.spawn([this] { return read_all(*pair.server); });
  EXPECT_EQ(pair.hand.run(working), 9u + 100'000u);
  EXPECT_EQ(pair.hand.run(hearing).value().size(), 100'000u);
  EXPECT_EQ(line, "one line\n");
}

TEST_F(BridgeTest, SeveralBuffers_LeaveInOneRecord) {
  const std::string one = "one ";
  const std::string two = "two";
  const std::array<asio::const_buffer, 3> both{asio::buffer(one), asio::const_buffer(), asio::buffer(two)};
  auto writing =
      pair.hand.executor.spawn([&, this] { return stream->async_write_some(both, AsFuture(context)); });
  EXPECT_EQ(pair.hand.run(writing).value(), 7u);
  std::array<std::byte, 100> buffer;
  auto reading = pair.hand.executor.spawn([&, this] { return pair.server->read(buffer); });
  EXPECT_EQ(pair.hand.run(reading).value(), 7u);
}

// Question: the stream has encrypted a record, and the system has no room for it. Is that write done?
// Predict: no: what a handler was told of has left, whatever becomes of the writer then. Break in
// `AsioStream::poll_write`.
TEST_F(BridgeTest, WriteThatIsDone_HasLeft) {
  const std::string words(16 * 1024, 'x');
  std::size_t told = 0;
  auto writing = pair.hand.executor.spawn([&, this]() -> Async<> {
    for (;;) {
      const auto count = co_await stream->async_write_some(asio::buffer(words), AsFuture(context));
      told += count.value_or(0);
    }
  });
  pair.hand.settle();  // until nobody takes more
  writing.abort();
  pair.hand.settle();
  EXPECT_GT(told, words.size());

  std::size_t heard = 0;
  auto hearing = pair.hand.executor.spawn([&, this]() -> Async<> {
    std::array<std::byte, 5000> buffer;
    for (;;) {
      const auto count = co_await pair.server->read(buffer);
      heard += count.value_or(0);
    }
  });
  pair.hand.run_until([&] { return heard >= told; });
  hearing.abort();
  pair.hand.settle();
}

TEST_F(BridgeTest, TheEnd_IsAsiosEof) {
  auto ending = pair.hand.executor.spawn([this] { return pair.server->shutdown(); });
  ASSERT_TRUE(pair.hand.run(ending));
  std::array<char, 4> buffer;
  auto reading = pair.hand.executor.spawn(
      [&, this] { return asio::async_read(*stream, asio::buffer(buffer), AsFuture(context)); });
  EXPECT_EQ(pair.hand.run(reading).error(), asio::error::eof);
}

TEST_F(BridgeTest, WhatAsioCannotName_IsKeptByTheStream) {
  pair.server.reset();
  std::array<char, 4> buffer;
  auto reading = pair.hand.executor.spawn(
      [&, this] { return stream->async_read_some(asio::buffer(buffer), AsFuture(context)); });
  EXPECT_TRUE(pair.hand.run(reading).error());
  EXPECT_TRUE(stream->failure().value().is(IoErrc::unexpected_end));
}

TEST_F(BridgeTest, EmptyBuffer_IsReadyWithNothing) {
  auto reading = pair.hand.executor.spawn(
      [this] { return stream->async_read_some(asio::mutable_buffer(), AsFuture(context)); });
  EXPECT_EQ(pair.hand.run(reading).value(), 0u);
}

TEST_F(BridgeTest, ReadAndWrite_MayWaitAtTheSameTime) {
  std::array<char, 4> buffer;
  const std::string words(300'000, 'x');
  auto both = pair.hand.executor.spawn([&, this]() -> Async<std::size_t> {
    auto [read, written] = co_await join(
        [&, this] { return asio::async_read(*stream, asio::buffer(buffer), AsFuture(context)); },
        [&, this] { return asio::async_write(*stream, asio::buffer(words), AsFuture(context)); });
    (void)co_await stream->stream().shutdown();
    co_return read.value_or(0) + written.value_or(0);
  });
  pair.hand.settle();
  EXPECT_FALSE(both.is_finished());
  auto hearing = pair.hand.executor.spawn([this] { return read_all(*pair.server); });
  server_says("pong");
  EXPECT_EQ(pair.hand.run(both), 4 + words.size());
  EXPECT_EQ(pair.hand.run(hearing).value().size(), words.size());
}

// Question: an operation waits, and its future is dropped. Who reads into the buffer now?
// Predict: nobody: the operation was in the future's list. Break in `~PendingOperations`.
TEST_F(BridgeTest, FutureThatIsDropped_TakesItsOperationAlong) {
  const auto witness = std::make_shared<int>(0);
  {
    auto buffer = std::make_unique<std::array<char, 4>>();
    auto reading = std::make_unique<AsioFuture<std::size_t>>(
        context, [&, kept = witness](AsioFuture<std::size_t>::Handler handler) {
          stream->async_read_some(asio::buffer(*buffer),
                                  asio::bind_executor(handler.get_executor(),
                                                      [handler, kept](error_code error, std::size_t count) {
                                                        handler(error, count);
                                                      }));
        });
    Context cx(Waker::noop());
    EXPECT_TRUE(reading->poll(cx).is_pending());
    EXPECT_EQ(witness.use_count(), 2) << "the handler holds it";
    reading.reset();
  }
  EXPECT_EQ(witness.use_count(), 1);
  server_says("late");  // into no buffer that is gone
  pair.hand.settle();
  std::array<char, 4> next;
  auto reading = pair.hand.executor.spawn(
      [&, this] { return asio::async_read(*stream, asio::buffer(next), AsFuture(context)); });
  EXPECT_EQ(pair.hand.run(reading).value(), 4u);
  EXPECT_EQ(std::string(next.data(), 4), "late") << "what was given up has taken nothing";
}

// What Asio promises to every handler: it is not called by the function that begins the operation.
TEST_F(BridgeTest, Handler_IsNeverCalledByWhoBeginsTheOperation) {
  server_says("here");
  pair.hand.settle();
  std::array<char, 4> buffer;
  bool has_begun = false;
  bool was_called_inside = false;
  AsioFuture<std::size_t> reading(context, [&](AsioFuture<std::size_t>::Handler handler) {
    const auto called = [&, handler](error_code error, std::size_t count) {
      was_called_inside = !has_begun;
      handler(error, count);
    };
    stream->async_read_some(asio::buffer(buffer), asio::bind_executor(handler.get_executor(), called));
    has_begun = true;
  });
  auto running = pair.hand.executor.spawn(by_ref(reading));
  EXPECT_EQ(pair.hand.run(running).value(), 4u);
  EXPECT_FALSE(was_called_inside);
}

TEST_F(BridgeTest, WhatIsPosted_RunsInThePoll) {
  std::string order;
  AsioFuture<> posting(context, [&](AsioFuture<>::Handler handler) {
    asio::post(handler.get_executor(), [&, handler] {
      order += "second ";
      asio::post(handler.get_executor(), [&, handler] {
        order += "third";
        handler(error_code());
      });
    });
    order += "first ";
  });
  EXPECT_EQ(order, "");
  Context cx(Waker::noop());
  EXPECT_TRUE(posting.poll(cx).is_ready());
  EXPECT_EQ(order, "first second third");
}

// Question: who would ever call the handler of an operation that lies with an io_context that nobody runs?
// Predict: nobody, and the future can know: its own list is empty. Break in `AsioFuture::poll`.
TEST_F(BridgeTest, OperationOnAContextThatNobodyRuns_IsToldSo_InsteadOfWaiting) {
  asio::io_context nobody_runs_this;
  asio::steady_timer timer(nobody_runs_this, std::chrono::seconds(0));
  auto waiting = timer.async_wait(AsFuture(context));
  Context cx(Waker::noop());
  EXPECT_THROW((void)waiting.poll(cx), NoExecutor);
}

TEST_F(BridgeTest, StreamWithoutAFuture_IsRefused) {
  std::array<char, 4> buffer;
  EXPECT_DEATH(stream->async_read_some(asio::buffer(buffer), [](error_code, std::size_t) {}),
               "needs a future");
}

// The census would see Asio's own loop, if there were one.
TEST(CensusTest, IoContext_IsSeen_AndOursAreNot) {
  const Census before = Census::now();
  {
    const PolledContext ours;
    Census with_ours = Census::now();
    EXPECT_LE(with_ours.threads, before.threads)
        << "fewer: one of the test before may have been on its way out";
    with_ours.threads = before.threads;
    EXPECT_EQ(with_ours, before);
  }
  asio::io_context theirs;
  const asio::steady_timer timer(theirs);
  const Census with = Census::now();
  EXPECT_EQ(with.epolls, before.epolls + 1);
  EXPECT_EQ(with.eventfds, before.eventfds + 1);
}

}  // namespace
}  // namespace ch04
