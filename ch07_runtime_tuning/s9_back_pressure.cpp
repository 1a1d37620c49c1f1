// s9_back_pressure.cpp -- the demos of 7.9: a full channel makes its senders wait; a permit is room.
#include "ch07_runtime_tuning/s9_back_pressure.hpp"

#include <memory>
#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using SharedLines = std::shared_ptr<Lines>;

Async<> send_three(mpsc::Sender<int> to, SharedLines lines) {
  for (int i = 1; i <= 3; ++i) {
    const bool must_wait = to.capacity() == 0;
    if (must_wait) lines->push_back("sender: no room for " + std::to_string(i) + ", waits");
    (void)co_await to.send(i);
    lines->push_back("sender: " + std::to_string(i) + " is in the channel");
  }
}

Async<> send_three_unbounded(mpsc::UnboundedSender<int> to) {
  for (int i = 1; i <= 3; ++i) (void)to.send(i);  // no future: there is nothing to wait for
  co_return;
}

Async<> send_one(mpsc::Sender<int> to, int value, SharedLines lines) {
  (void)co_await to.send(value);
  lines->push_back("the send that waited has its room");
}

void print(const Lines& lines) {
  for (const std::string& line : lines) println(line);
}

}  // namespace

Async<Lines> room_for_one() {
  const auto lines = std::make_shared<Lines>();
  auto [tx, rx] = mpsc::channel<int>(1);
  auto sender = spawn(send_three, std::move(tx), lines);
  co_await yield_now();  // the sender runs until it waits
  for (;;) {
    const auto value = co_await rx.recv();
    if (!value) break;
    lines->push_back("receiver: takes " + std::to_string(*value));
    co_await yield_now();  // the room that this made is used before the next look
  }
  (void)co_await sender;
  co_return *lines;
}

Async<std::size_t> room_for_all() {
  auto [tx, rx] = mpsc::unbounded_channel<int>();
  auto sender = spawn(send_three_unbounded, std::move(tx));
  (void)co_await sender;
  co_return rx.len();
}

Async<Lines> permits() {
  const auto lines = std::make_shared<Lines>();
  auto [tx, rx] = mpsc::channel<int>(2);
  auto permit = co_await tx.reserve();
  auto unused = co_await tx.reserve();
  lines->push_back("capacity 2, two permits out: room for " + std::to_string(tx.capacity()));
  const auto refused = tx.try_send(0);
  lines->push_back("try_send: " + refused.error().message() + ", and gives " +
                   std::to_string(refused.error().value()) + " back");

  auto waits = spawn(send_one, tx.clone(), 7, lines);
  co_await yield_now();
  {
    const auto dropped = *std::move(unused);
  }
  lines->push_back("a permit was dropped unused");
  (void)co_await waits;

  std::move(*permit).send(8);  // no future: its room was reserved
  std::vector<int> received;
  const std::size_t count = co_await rx.recv_many(received, 10);
  lines->push_back("received " + std::to_string(count) + ": " + std::to_string(received[0]) + " and " +
                   std::to_string(received[1]));

  auto both = co_await tx.reserve_many(2);
  int next = 1;
  while (auto one = both->next()) std::move(*one).send(next++);
  lines->push_back("two permits in one: " + std::to_string(rx.len()) + " values are in the channel");
  co_return *lines;
}

bool back_pressure_demo(const demo::Options&) {
  const demo::WaitingFor waiting("a sender that has to wait");
  println("a channel with room for one:");
  const Lines lines = run_async_main(room_for_one(), RuntimeFlavor::current_thread);
  print(lines);
  const std::size_t held = run_async_main(room_for_all(), RuntimeFlavor::current_thread);
  println("an unbounded one: the sender is done, and ", held, " values lie in it");
  const Lines expected{"sender: 1 is in the channel",
                       "sender: no room for 2, waits",
                       "receiver: takes 1",
                       "sender: 2 is in the channel",
                       "sender: no room for 3, waits",
                       "receiver: takes 2",
                       "sender: 3 is in the channel",
                       "receiver: takes 3"};
  return lines == expected && held == 3;
}

bool permits_demo(const demo::Options&) {
  const demo::WaitingFor waiting("room in a channel");
  const Lines lines = run_async_main(permits(), RuntimeFlavor::current_thread);
  print(lines);
  return lines == Lines{"capacity 2, two permits out: room for 0",
                        "try_send: the channel is full, and gives 0 back",
                        "a permit was dropped unused",
                        "the send that waited has its room",
                        "received 2: 7 and 8",
                        "two permits in one: 2 values are in the channel"};
}

}  // namespace ch07
