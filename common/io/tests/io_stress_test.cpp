// io_stress_test.cpp -- threads that share listeners, streams and reactors: nothing is lost, nobody sleeps for ever.
#include <array>
#include <csignal>
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join.hpp"
#include "common/future/select.hpp"
#include "common/future/yield_now.hpp"
#include "common/io/process.hpp"
#include "common/io/signal.hpp"
#include "common/io/tcp_listener.hpp"
#include "common/io/udp_socket.hpp"
#include "common/io/unix_stream.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;
using base::Atomic;
using base::Thread;

Async<> echo(TcpStream stream) {
  std::array<std::byte, 256> buffer;
  for (;;) {
    const auto count = co_await stream.read(buffer);
    if (!count || *count == 0) co_return;
    const auto sent = co_await stream.write_all(std::span(buffer).first(*count));
    if (!sent) co_return;
  }
}

TEST(IoStressTest, ThreadsThatAcceptFromOneListener_ServeEveryConnection) {
  const Deadline deadline("a connection was never served");
  auto listening = TcpListener::bind("127.0.0.1:0").value();
  const auto address = listening.local_address().value();
  constexpr int kServers = 3;
  constexpr int kClients = 3;
  constexpr int kEach = 40;
  Atomic<int> tickets = kClients * kEach;
  std::vector<Thread> threads;
  for (int i = 0; i < kServers; ++i) {
    threads.emplace_back([&] {
      while (tickets.fetch_sub(1) > 0) {
        auto accepted = block_on(listening.accept());
        ASSERT_TRUE(accepted);
        block_on(echo(std::move(accepted->first)));
      }
    });
  }
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < kEach; ++n) {
        auto stream = block_on(TcpStream::connect(address));
        ASSERT_TRUE(stream) << stream.error().message();
        const std::string text = std::to_string(i) + ":" + std::to_string(n);
        ASSERT_TRUE(block_on(stream->write_all(text)));
        std::vector<std::byte> answer(text.size());
        ASSERT_TRUE(block_on(stream->read_exact(answer)));
        EXPECT_EQ(std::string(reinterpret_cast<const char*>(answer.data()), answer.size()), text);
      }
    });
  }
  threads.clear();
}

TEST(IoStressTest, AReaderAndAWriterInTwoThreads_MoveAMegabyteByteForByte) {
  const Deadline deadline("a part was never read");
  auto [near, far] = UnixStream::pair().value();
  auto [reader, unused] = std::move(near).into_split();
  auto [also_unused, writer] = std::move(far).into_split();
  static constexpr std::size_t kTotal = 1 << 20;
  {
    Thread writes([half = std::move(writer)]() mutable {
      std::array<std::byte, 1021> part;
      for (std::size_t sent = 0; sent < kTotal;) {
        const std::size_t size = std::min(part.size(), kTotal - sent);
        for (std::size_t i = 0; i < size; ++i) part[i] = static_cast<std::byte>((sent + i) % 251);
        const auto count = block_on(half.write(std::span<const std::byte>(part).first(size)));
        ASSERT_TRUE(count);
        sent += *count;
      }
    });
    Thread reads([half = std::move(reader)]() mutable {
      std::array<std::byte, 509> part;
      std::size_t got = 0;
      for (;;) {
        const auto count = block_on(half.read(part));
        ASSERT_TRUE(count);
        if (*count == 0) break;
        for (std::size_t i = 0; i < *count; ++i) {
          ASSERT_EQ(part[i], static_cast<std::byte>((got + i) % 251));
        }
        got += *count;
      }
      EXPECT_EQ(got, kTotal);
    });
  }
}

// Each reader gives its read up again and again, while the other one reads and messages come.
TEST(IoStressTest, ReadsThatAreDropped_LoseNoMessage) {
  const Deadline deadline("a message was lost");
  auto socket = UnixStream::pair().value();
  constexpr std::size_t kMessages = 4000;
  Atomic<std::size_t> got = 0;
  {
    Thread writes([&] {
      for (std::size_t i = 0; i < kMessages; ++i) ASSERT_TRUE(block_on(socket.first.write_all("x")));
      ASSERT_TRUE(socket.first.shutdown());
    });
    const auto reads = [&]() -> Async<> {
      std::array<std::byte, 3> part;
      for (;;) {
        auto won = co_await select([&] { return socket.second.read(part); }, yield_now());
        if (won.index() == 1) continue;
        const auto count = std::get<0>(won).value();
        if (count == 0) co_return;
        got += count;
      }
    };
    Thread first([&] { block_on(reads()); });
    Thread second([&] { block_on(reads()); });
  }
  EXPECT_EQ(got.load(), kMessages);
}

TEST(IoStressTest, SocketsThatComeAndGo_WhileTheReactorTurns_AreNeverMixedUp) {
  const Deadline deadline("a socket was mixed up with another");
  std::vector<Thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int n = 0; n < 500; ++n) {
        auto [near, far] = UnixStream::pair().value();
        const std::string text(1 + static_cast<std::size_t>(n % 7), static_cast<char>('a' + i));
        std::vector<std::byte> buffer(text.size());
        const auto [read, written] = block_on(join([&, &from = near] { return from.read_exact(buffer); },
                                                   [&, &to = far] { return to.write_all(text); }));
        ASSERT_TRUE(read && written);
        EXPECT_EQ(std::string(reinterpret_cast<const char*>(buffer.data()), buffer.size()), text);
      }
    });
  }
  threads.clear();
}

TEST(IoStressTest, AReactorThatIsShutDown_FreesAllWhoWait) {
  const Deadline deadline("somebody waits for a reactor that is gone");
  for (int round = 0; round < 50; ++round) {
    const auto reactor = std::make_shared<Reactor>();
    Atomic<bool> ends = false;
    Thread turns([&] {
      while (!ends.load()) reactor->turn(std::nullopt);
    });
    std::vector<Thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        const CurrentReactor current(reactor);
        for (;;) {
          auto ends_of_pair = UnixStream::pair();
          if (!ends_of_pair) break;
          std::array<std::byte, 4> buffer;
          const auto count = block_on(ends_of_pair->first.read(buffer));
          EXPECT_TRUE(count.error().is(std::errc::operation_canceled));
        }
      });
    }
    while (reactor->sources() < 2) {
    }
    reactor->shut_down();
    threads.clear();
    ends = true;
    reactor->wake_up();
  }
}

TEST(IoStressTest, SignalsFromThreads_AreAllHeardAtLeastOnceAfterTheLast) {
  const Deadline deadline("a signal was not heard");
  auto listening = async::signal(SignalKind::user_defined1()).value();
  constexpr int kEach = 200;
  Atomic<int> sent = 0;
  std::vector<Thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) {
        ++sent;
        ASSERT_EQ(::kill(::getpid(), SIGUSR1), 0);
      }
    });
  }
  int before = 0;
  while (before < 2 * kEach) {
    ASSERT_TRUE(block_on(listening.recv()));
    before = sent.load();
    if (before == 2 * kEach) break;
  }
  threads.clear();
}

TEST(IoStressTest, ChildrenOfSeveralThreads_AreAllReaped) {
  const Deadline deadline("a child was not reaped");
  std::vector<Thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([i] {
      for (int n = 0; n < 10; ++n) {
        const auto output =
            block_on(Command("sh").arg("-c").arg("echo $0; exit $0").arg(std::to_string(i)).output());
        ASSERT_TRUE(output) << output.error().message();
        EXPECT_EQ(output->out, std::to_string(i) + "\n");
        EXPECT_EQ(output->status.code(), i);
      }
    });
  }
  threads.clear();
}

}  // namespace
