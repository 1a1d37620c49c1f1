// holding_lines.hpp -- HoldingLines<Lines>: lines that hold a worker, if asked to, before it looks at its connection.
//
// A client's idle limit begins when its worker looks: what it has sent by then is in time, however long the machine
// let it wait. Held workers must be let go before the server can end.
//
// Thread safety: all. Lifetime: outlives the server.
#pragma once

#include <string>

#include "common/base/locked.hpp"

#include "ch10_std_server/s4_lines.hpp"

namespace ch10 {

template <class Lines>
class HoldingLines : public Lines {
 public:
  void connection(const std::string& worker, const sockaddr_in& peer) override {
    Lines::connection(worker, peer);
    holds_.lock().wait(changed_, [](bool holds) { return !holds; });
  }
  void hold(bool holds) {
    *holds_.lock() = holds;
    changed_.notify_all();
  }

 private:
  async::base::Locked<bool> holds_{false};
  async::base::ConditionVariable changed_;
};

}  // namespace ch10
