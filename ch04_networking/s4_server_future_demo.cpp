// s4_server_future_demo.cpp -- the demo of 4.4: a message for a future that has already asked for it in vain.
#include "common/base/parker.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/demos.hpp"
#include "ch04_networking/executor.hpp"
#include "ch04_networking/s4_server_future.hpp"

namespace ch04 {
namespace {

using demo::println;

// Connects and says nothing, until told to.
class HesitantClient {
 public:
  explicit HesitantClient(const SocketAddress& server) : stream_(value_of(start_connecting(server))) {
    value_of(poll_.register_fd(stream_.get(), os::Token(1), os::Interest::writable()));
  }

  void waits_to_be_writable() {
    os::Events events(128);
    poll_.poll(events, std::nullopt);
    for (const os::Event event : events) {
      if (event.token() == os::Token(1) && event.is_writable()) println("the client may write");
    }
  }

  bool sends(std::string_view message) {
    const auto count = try_write(stream_.get(), message);
    return count && *count == message.size();
  }
  void ends() {
    value_of(poll_.deregister_fd(stream_.get()));
    stream_.reset();
  }

 private:
  base::Descriptor stream_;
  os::Poll poll_;  // last: goes before the descriptor that it watches
};

}  // namespace

bool server_future_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a message from one socket to the other");
  base::Parker asked_in_vain;
  auto listener = value_of(listen_on(SocketAddress::loopback(0)));
  const SocketAddress address = value_of(local_address(listener.get()));
  Executor executor = Runtime().with_low_num(2).with_high_num(4).run();

  ServerFuture server_worker(
      std::move(listener), std::chrono::nanoseconds(ServerFuture::kWait) / options.speed,
      [&asked_in_vain, told = 0]() mutable {
        if (++told > 2) return;
        println("the server reads: would block, so it is pending and asks again later");
        asked_in_vain.unpark();
      });
  auto test = executor.spawn_task(std::move(server_worker));

  HesitantClient client(address);
  asked_in_vain.park();
  client.waits_to_be_writable();
  println("the client sends the first part");
  bool sent = client.sends("that's so ");
  asked_in_vain.park();
  println("the client sends the rest, and ends");
  sent = sent && client.sends("dingo!");
  client.ends();

  const auto outcome = block_on(test);
  println("outcome: ", outcome ? *outcome : outcome.error().message());
  return sent && outcome == "that's so dingo!";
}

}  // namespace ch04
