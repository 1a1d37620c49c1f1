// demo_streams.cpp -- row 10.3: a message through a socket that is too small for it, and a sleep.
#include <array>
#include <cstdio>
#include <functional>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <vector>

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/s3_receiver.hpp"
#include "ch10_std_server/s3_sender.hpp"
#include "ch10_std_server/s3_sleep.hpp"

namespace ch10 {
namespace {

constexpr std::size_t kBytes = 1'000'000;

// An executor that tells when a future would have blocked.
class ToldExecutor final : public Executor {
 public:
  ToldExecutor(Executor& executor, std::function<void(Interest)> would_block)
      : executor_(executor), would_block_(std::move(would_block)) {}

  void wake_when(Socket& socket, Interest interest, const Waker& waker) override {
    would_block_(interest);
    executor_.wake_when(socket, interest, waker);
  }

  void spawn_task(Async<void> task) override { executor_.spawn_task(std::move(task)); }
  bool poll() override { return executor_.poll(); }
  void park() override { executor_.park(); }
  void notify() override { executor_.notify(); }
  void wake_all() override { executor_.wake_all(); }
  [[nodiscard]] std::size_t unfinished() const override { return executor_.unfinished(); }
  void wake_at(Timer& timer, const Waker& waker) override { executor_.wake_at(timer, waker); }
  void forget(Timer& timer) override { executor_.forget(timer); }

 private:
  Executor& executor_;
  std::function<void(Interest)> would_block_;
};

struct Transfer {
  std::size_t arrived = 0;
  bool in_order = true;
  std::size_t parts = 0;  // of the message, before its last
  std::size_t full = 0;   // times that the sender would have blocked
  std::size_t empty = 0;  // times that the receiver would have blocked
};

// Any byte that is lost, repeated or moved breaks the pattern: its period is prime.
std::byte pattern(std::size_t i) { return static_cast<std::byte>(i % 251); }

Async<void> send_message(Executor& executor, Socket& socket) {
  std::vector<std::byte> message(kBytes);
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = pattern(i);
  co_await TcpSender(executor, socket, message);
  ::shutdown(socket.descriptor.get(), SHUT_WR);
}

Async<void> receive_message(Executor& executor, Socket& socket, Transfer& transfer) {
  std::array<std::byte, 4096> chunk;
  for (;;) {
    const auto size = co_await TcpReceiver(executor, socket, chunk);
    if (!size || *size == 0) co_return;
    for (std::size_t i = 0; i < *size; ++i) transfer.in_order &= chunk[i] == pattern(transfer.arrived + i);
    transfer.arrived += *size;
  }
}

Transfer transfer_through_small_socket(ExecutorKind kind) {
  auto [near_end, far_end] = socket_pair(4096);
  const auto executor = make_executor(kind);
  Socket sending(std::move(near_end));
  Socket receiving(std::move(far_end));

  Transfer transfer;
  std::size_t taken = 0;  // what the kernel had taken when it was full the last time
  ToldExecutor told(*executor, [&](Interest interest) {
    if (interest == Interest::readable) {
      ++transfer.empty;
      return;
    }
    ++transfer.full;
    int waiting = 0;
    ::ioctl(receiving.descriptor.get(), FIONREAD, &waiting);
    const std::size_t now = transfer.arrived + static_cast<std::size_t>(waiting);
    if (now > taken) ++transfer.parts;
    taken = now;
  });
  told.spawn_task(send_message(told, sending));
  told.spawn_task(receive_message(told, receiving, transfer));
  run_to_end(told);
  return transfer;
}

Clock::duration time_of_sleep(ExecutorKind kind, Clock::duration duration) {
  const auto executor = make_executor(kind);
  const auto start = Clock::now();
  auto handle = executor->spawn([](Executor& sleeps_on, Clock::duration time) -> Async<void> {
    co_await Sleep(sleeps_on, time);
  }(*executor, duration));
  run_to_end(*executor);
  handle.wait();
  return Clock::now() - start;
}

long long ms(Clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

bool streams_demo(const DemoOptions& options) {
  bool kept = true;
  std::printf("%zu bytes through a socket that holds a few thousand\n", kBytes);
  for (const ExecutorKind kind : {ExecutorKind::polling, ExecutorKind::waking}) {
    const Transfer transfer = transfer_through_small_socket(kind);
    const bool whole = transfer.in_order && transfer.arrived == kBytes;
    std::printf(
        "  %s executor: taken in %s parts, full %s times, empty %s times; each byte arrived once: %s\n",
        std::string(to_string(kind)).c_str(), shown(options, transfer.parts + 1, "<n>").c_str(),
        shown(options, transfer.full, "<n>").c_str(), shown(options, transfer.empty, "<n>").c_str(),
        yes_or_no(whole));
    kept &= whole && transfer.parts > 0 && transfer.full > 0 && transfer.empty > 0;
  }

  const auto duration = options.wait(std::chrono::milliseconds(200));
  std::printf("a sleep of %s ms\n", shown(options, duration.count(), "<ms>").c_str());
  for (const ExecutorKind kind : {ExecutorKind::polling, ExecutorKind::waking}) {
    const auto slept = time_of_sleep(kind, duration);
    std::printf("  %s executor: over after %s ms; too early: %s\n", std::string(to_string(kind)).c_str(),
                shown(options, ms(slept), "<ms>").c_str(), yes_or_no(slept < duration));
    kept &= slept >= duration;
  }
  return kept;
}

}  // namespace ch10
