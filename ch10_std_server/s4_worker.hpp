// s4_worker.hpp -- Worker: a thread with an executor of its own, and a box into which connections are put.
//
// The main thread puts a connection into the box and notifies. The notification stays until the worker parks
// next, so a connection that comes between the worker's last look into the box and its sleep is not left lying.
// (In the book that connection waits for the next one: demo fault-lost-wakeup.)
//
// Thread safety: hand_over() and stop() from any thread.
// Lifetime: the destructor stops the worker and waits for its thread.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "common/base/locked.hpp"
#include "common/base/thread.hpp"

#include "ch10_std_server/s4_connection.hpp"

namespace ch10 {

class Worker {
 public:
  Worker(std::string name, const ServerOptions& options);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  // Begins to work on what is handed over. Once. What the worker needs of the system it has before.
  void start();

  void hand_over(Connection connection);

  // Takes no more connections, finishes the requests at work, then ends the thread. Returns at once.
  void stop();

 private:
  struct Box {
    std::deque<Connection> connections;
    bool stop = false;
  };

  void run();
  void look_into_box();

  const std::string name_;
  const ServerOptions& options_;
  const std::unique_ptr<Executor> executor_;
  async::base::Locked<Box> box_;
  bool stopping_ = false;  // the worker's thread alone; the connections look at it
  bool told_sleeping_ = false;
  async::base::Thread thread_;  // last: it uses all of the above
};

}  // namespace ch10
