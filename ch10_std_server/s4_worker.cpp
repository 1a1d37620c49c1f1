// s4_worker.cpp -- the loop of a worker: new connections, a poll, or sleep.
#include "ch10_std_server/s4_worker.hpp"

#include <utility>

#include "common/base/thread.hpp"

namespace ch10 {

Worker::Worker(std::string name, const ServerOptions& options)
    : name_(std::move(name)), options_(options), executor_(make_executor(options.executor)) {}

void Worker::start() {
  thread_ = async::base::Thread([this] { run(); });
}

Worker::~Worker() { stop(); }

void Worker::hand_over(Connection connection) {
  box_.lock()->connections.push_back(std::move(connection));
  executor_->notify();
}

void Worker::stop() {
  box_.lock()->stop = true;
  executor_->notify();
}

void Worker::run() {
  for (;;) {
    look_into_box();
    if (executor_->poll()) continue;
    if (executor_->unfinished() == 0) {
      if (stopping_) return;
      // Once: a notification that came late, for a connection that is served already, ends a sleep too.
      if (!options_.quiet && !std::exchange(told_sleeping_, true)) options_.lines->sleeping(name_);
    }
    executor_->park();
  }
}

void Worker::look_into_box() {
  std::deque<Connection> connections;
  {
    auto box = box_.lock();
    connections.swap(box->connections);
    if (box->stop && !std::exchange(stopping_, true)) executor_->wake_all();
  }
  for (Connection& connection : connections) {
    told_sleeping_ = false;
    if (!options_.quiet) options_.lines->connection(name_, connection.peer);
    executor_->spawn_task(handle_client(*executor_, options_, stopping_, std::move(connection)));
  }
}

}  // namespace ch10
