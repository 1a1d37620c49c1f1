// s5_capacity.hpp -- a sender that has more messages than its channel has room, and one who receives them.
#pragma once

#include <utility>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"

namespace ch11 {

using namespace async;

// Sends 0, 1, 2 and so on, and counts in `sent` what has found room. `sent` outlives it.
inline Async<> send_many(mpsc::Sender<int> sender, int messages, int& sent) {
  for (int i = 0; i < messages; ++i) {
    const auto result = co_await sender.send(i);
    if (!result) co_return;  // nobody is there any more
    ++sent;
  }
}

// All that comes, until every sender is gone.
inline Async<std::vector<int>> receive_all(mpsc::Receiver<int> receiver) {
  std::vector<int> received;
  for (;;) {
    const auto message = co_await receiver.recv();
    if (!message) co_return received;
    demo::println("Got message: ", *message);
    received.push_back(*message);
  }
}

}  // namespace ch11
