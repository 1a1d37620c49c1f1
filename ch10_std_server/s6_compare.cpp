// s6_compare.cpp -- row 10.6: what the two executors cost, idle and under load.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/options.hpp"
#include "ch10_std_server/s5_client.hpp"

namespace ch10 {
namespace {

constexpr int kSilent = 100;

double seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// What all threads have used except this one: the server's. (A wait's watcher sleeps.)
double server_cpu() {
  const double client = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  return seconds_of(CLOCK_PROCESS_CPUTIME_ID) - client;
}

struct Cost {
  double idle = 0;
  double load = 0;
  std::size_t answered = 0;
};

// In this thread, so that its CPU time is not taken for the server's.
std::size_t send_all_at_once(const sockaddr_in& server, std::size_t requests) {
  const auto executor = make_executor(ExecutorKind::waking);
  std::vector<JoinHandle<Reply>> handles;
  for (std::size_t i = 0; i < requests; ++i) {
    Data data{static_cast<std::uint32_t>(i), static_cast<std::uint16_t>(i),
              "Hello, server! " + std::to_string(i)};
    handles.push_back(executor->spawn(send_data(*executor, server, std::move(data))));
  }
  run_to_end(*executor);
  std::size_t answered = 0;
  for (auto& handle : handles) {
    const Reply reply = handle.wait();
    answered += reply && *reply == kReply ? 1 : 0;
  }
  return answered;
}

Cost measure(ExecutorKind kind, std::chrono::milliseconds silence, std::chrono::milliseconds work,
             std::size_t requests) {
  CountedLines lines;
  ServerOptions options;
  options.executor = kind;
  options.work = work;
  options.lines = &lines;
  RunningServer server(options);
  std::vector<PlainClient> silent;
  for (int i = 0; i < kSilent; ++i) silent.emplace_back(server.address());
  lines.wait_until("the server to accept silent clients", &CountedLines::Counts::connections, kSilent);

  Cost cost;
  const WaitingFor waiting("the polling server to use the processor", std::chrono::seconds(20) + silence);
  const double before = server_cpu();
  double between = before;
  do {
    std::this_thread::sleep_for(silence);
    between = server_cpu();
    // The polling one never rests: where it used next to nothing, this machine did not let it run.
  } while (kind == ExecutorKind::polling &&
           between - before < 0.1 * std::chrono::duration<double>(silence).count());
  cost.idle = std::max(0.0, between - before);
  cost.answered = send_all_at_once(server.address(), requests);
  cost.load = server_cpu() - between;
  return cost;
}

}  // namespace

bool compare_demo(const DemoOptions& options) {
  const std::size_t requests = options.requests / 4;
  raise_descriptor_limit(2 * requests + 2 * kSilent + 64, "this demo");
  const auto work = options.wait(std::chrono::milliseconds(1000));
  const auto silence = std::max(work, std::chrono::milliseconds(100));  // long enough to be measured
  std::printf(
      "the server's CPU time, in seconds: %d silent clients for %s s, then %zu requests of %s s each\n",
      kSilent, shown_seconds(options, static_cast<double>(silence.count()) / 1000).c_str(), requests,
      shown_seconds(options, static_cast<double>(work.count()) / 1000).c_str());
  std::printf("executor   silent    requests  answered\n");
  std::array<Cost, 2> costs;
  constexpr std::array kKinds{ExecutorKind::polling, ExecutorKind::waking};
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    costs[i] = measure(kKinds[i], silence, work, requests);
    std::printf("%-10s %-9s %-9s %zu of %zu\n", std::string(to_string(kKinds[i])).c_str(),
                shown_seconds(options, costs[i].idle).c_str(), shown_seconds(options, costs[i].load).c_str(),
                costs[i].answered, requests);
  }
  const bool cheaper = costs[1].idle < costs[0].idle;
  std::printf("the one that wakes costs less while nothing happens: %s\n", yes_or_no(cheaper));
  return cheaper && costs[0].answered == requests && costs[1].answered == requests;
}

}  // namespace ch10
