// dead_workers.hpp -- the book's worker: asks for the client's address when it looks, and dies if there is none.
//
// A client that has reset its connection by then has no address any more. In the book that is a panic, which
// ends the thread; whoever deals the connections out ignores that nobody takes them.
#pragma once

#include <cerrno>
#include <deque>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include "common/base/descriptor.hpp"
#include "common/base/locked.hpp"
#include "common/base/thread.hpp"

namespace ch10::faults {

class FragileWorker {
 public:
  FragileWorker() = default;
  FragileWorker(const FragileWorker&) = delete;
  FragileWorker& operator=(const FragileWorker&) = delete;

  void hand_over(async::base::Descriptor connection) { box_.lock()->push_back(std::move(connection)); }

  // Looks into its box until that is empty. True if it died of what it found there.
  bool run() {
    bool died = false;
    async::base::Thread([&] {
      try {
        while (look()) {
        }
      } catch (const std::system_error&) {
        died = true;  // the end of the thread; what is left in the box stays there
      }
    }).join();
    return died;
  }

  [[nodiscard]] std::size_t left_lying() { return box_.lock()->size(); }

 private:
  bool look() {
    async::base::Descriptor connection;
    {
      auto box = box_.lock();
      if (box->empty()) return false;
      connection = std::move(box->front());
      box->pop_front();
    }
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    // The fault: what a client can bring about is treated as what cannot happen.
    if (::getpeername(connection.get(), reinterpret_cast<sockaddr*>(&peer), &size) < 0) {
      throw std::system_error(errno, std::generic_category(), "getpeername");
    }
    return true;
  }

  async::base::Locked<std::deque<async::base::Descriptor>> box_;
};

}  // namespace ch10::faults
