// s9_closing.cpp -- the demo of 7.9: what is received after the end, and what comes back to who sends.
#include "ch07_runtime_tuning/s9_closing.hpp"

#include <optional>
#include <utility>

#include "common/channel/broadcast.hpp"
#include "common/channel/mpsc.hpp"
#include "common/channel/oneshot.hpp"
#include "common/channel/watch.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using Lines = std::vector<std::string>;

std::string in_words(const std::optional<int>& value) { return value ? std::to_string(*value) : "nothing"; }

Async<> all_senders_gone(Lines& lines) {
  auto channel = mpsc::channel<int>(4);
  {
    const auto tx = std::move(channel.sender);
    (void)co_await tx.send(1);
  }
  const auto first = co_await channel.receiver.recv();
  const auto second = co_await channel.receiver.recv();
  lines.push_back("all senders gone: received " + in_words(first) + ", then " + in_words(second));
}

Async<> receiver_gone(Lines& lines) {
  auto channel = mpsc::channel<int>(4);
  {
    const auto rx = std::move(channel.receiver);
  }
  const auto sent = co_await channel.sender.send(2);
  lines.push_back("receiver gone: " + sent.error().message() + ", and the " +
                  std::to_string(sent.error().value()) + " comes back");
  co_await channel.sender.closed();  // for who has no value yet: is it worth making one?
  lines.emplace_back("closed() is ready at once");
}

Async<> closed_with_values_inside(Lines& lines) {
  auto [tx, rx] = mpsc::channel<int>(4);
  (void)co_await tx.send(3);
  auto permit = co_await tx.reserve();
  rx.close();
  const auto refused = tx.try_send(5);
  std::move(*permit).send(4);  // what was permitted still goes in
  const auto first = co_await rx.recv();
  const auto second = co_await rx.recv();
  const auto third = co_await rx.recv();
  lines.push_back("closed: 5 is " + std::string(refused ? "taken" : "refused") + "; received " +
                  in_words(first) + ", " + in_words(second) + ", then " + in_words(third));
}

Async<> the_others(Lines& lines) {
  auto once = oneshot::channel<int>();
  {
    const auto unsent = std::move(once.sender);
  }
  const auto reply = co_await std::move(once.receiver);
  lines.push_back("oneshot, sender gone: " + reply.error().message());

  auto watched = watch::channel<int>(0);
  (void)watched.sender.send(9);
  {
    const auto last = std::move(watched.sender);
  }
  const auto change = co_await watched.receiver.changed();
  const auto over = co_await watched.receiver.changed();
  lines.push_back("watch, sender gone: " + std::string(change ? "the last change is seen" : "lost") +
                  ", then " + over.error().message());

  auto many = broadcast::channel<int>(4);
  {
    const auto only = std::move(many.receiver);
  }
  const auto heard = many.sender.send(10);
  lines.push_back("broadcast without receivers: " + heard.error().message());
}

}  // namespace

Async<Lines> ends_of_channels() {
  Lines lines;
  co_await all_senders_gone(lines);
  co_await receiver_gone(lines);
  co_await closed_with_values_inside(lines);
  co_await the_others(lines);
  co_return lines;
}

bool closing_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the ends of channels");
  const Lines lines = run_async_main(ends_of_channels(), RuntimeFlavor::current_thread);
  for (const std::string& line : lines) println(line);
  return lines == Lines{"all senders gone: received 1, then nothing",
                        "receiver gone: the channel is closed, and the 2 comes back",
                        "closed() is ready at once",
                        "closed: 5 is refused; received 3, 4, then nothing",
                        "oneshot, sender gone: the channel is closed",
                        "watch, sender gone: the last change is seen, then the channel is closed",
                        "broadcast without receivers: the channel is closed"};
}

}  // namespace ch07
