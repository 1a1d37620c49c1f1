// threads.cpp -- plain threads that send and receive through one channel; no runtime at all.
#include <utility>

#include "common/base/thread.hpp"
#include "common/bench/workload.hpp"
#include "common/channel/channel.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

using Number = std::uint64_t;

struct ReceivedByThreads {
  Number count = 0;
  Number sum = 0;
};

void send_numbers(const Sender<Number>& sender, Number count) {
  for (Number i = 0; i < count; ++i) (void)sender.send(i);
}

ReceivedByThreads receive_all(const Receiver<Number>& receiver) {
  ReceivedByThreads received;
  for (;;) {
    const auto number = receiver.recv();
    if (!number) return received;
    ++received.count;
    received.sum += *number;
  }
}

ReceivedByThreads send_and_receive(Number producers, Number consumers, Number each) {
  std::vector<ReceivedByThreads> of_each(consumers);
  std::vector<base::Thread> receiving;
  {
    const auto channel = unbounded<Number>();
    for (ReceivedByThreads& mine : of_each) {
      receiving.emplace_back([&mine, receiver = channel.receiver] { mine = receive_all(receiver); });
    }
    std::vector<base::Thread> sending;
    for (Number i = 0; i < producers; ++i) {
      sending.emplace_back([sender = channel.sender, each] { send_numbers(sender, each); });
    }
  }  // the producers have ended, and with this thread's sender the channel is closed
  receiving.clear();
  ReceivedByThreads all;
  for (const ReceivedByThreads& part : of_each) {
    all.count += part.count;
    all.sum += part.sum;
  }
  return all;
}

}  // namespace

Figures mpmc_unbounded_threads(const Options& options) {
  const Number each = share_of(options.n, options.producers, "--producers");
  if (options.threads != options.producers + options.consumers) {
    refuse("--threads of mpmc_unbounded_threads is --producers and --consumers together, here " +
           std::to_string(options.producers + options.consumers));
  }
  const Stopwatch watch;
  const ReceivedByThreads all = send_and_receive(options.producers, options.consumers, each);
  const double seconds = watch.seconds();
  check_result("the number of messages", all.count, options.producers * each);
  check_result("the sum of all messages", all.sum, options.producers * sum_below(each));
  return {.seconds = seconds,
          .operations = options.producers * each,
          .extra = {{"producers", std::to_string(options.producers)},
                    {"consumers", std::to_string(options.consumers)}}};
}

}  // namespace async::inline ASYNC_FLAVOUR::bench
