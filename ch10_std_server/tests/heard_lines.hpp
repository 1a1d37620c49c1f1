// heard_lines.hpp -- HeardLines: the server's lines as events, on which a test waits instead of on time.
//
// Thread safety: all. Lifetime: outlives the server.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/locked.hpp"

#include "ch10_std_server/s4_lines.hpp"
#include "ch10_std_server/tests/both_executors.hpp"

namespace ch10::tests {

class HeardLines : public ServerLines {
 public:
  struct Heard {
    int sleeping = 0;
    std::vector<std::string> connections;  // the worker that has each
    std::vector<Data> messages;
    std::vector<std::string> refused;  // why
    int no_descriptors = 0;
  };

  void sleeping(const std::string&) override {
    tell([](Heard& heard) { ++heard.sleeping; });
  }
  void connection(const std::string& worker, const sockaddr_in&) override {
    tell([&](Heard& heard) { heard.connections.push_back(worker); });
  }
  void message(const Data& message) override {
    tell([&](Heard& heard) { heard.messages.push_back(message); });
  }
  void refused(const sockaddr_in&, const std::string& why) override {
    tell([&](Heard& heard) { heard.refused.push_back(why); });
  }
  void no_descriptors(int) override {
    tell([](Heard& heard) { ++heard.no_descriptors; });
  }

  // False if it does not come in time.
  [[nodiscard]] bool wait_until(const std::function<bool(const Heard&)>& there) {
    auto heard = heard_.lock();
    return heard.wait_until(more_, Clock::now() + kDeadline, there);
  }
  Heard now() { return *heard_.lock(); }

 private:
  template <class Change>
  void tell(Change change) {
    change(*heard_.lock());
    more_.notify_all();
  }

  async::base::Locked<Heard> heard_;
  async::base::ConditionVariable more_;
};

}  // namespace ch10::tests
