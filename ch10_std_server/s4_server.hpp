// s4_server.hpp -- Server: one thread accepts, three workers answer (figure 10-1 of the book).
//
//   Server server(options);          // listens from here on
//   server.run(stop_descriptor);     // until that descriptor is readable and all requests at work are answered
//
// Thread safety: one thread. Errors: std::system_error from the constructor if the port cannot be had.
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "ch10_std_server/s4_worker.hpp"

namespace ch10 {

class Server {
 public:
  explicit Server(const ServerOptions& options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  // Accepts connections until `stop` can be read. Then calls `stopping`, accepts no more, and returns once the
  // requests at work are answered. Once. `stop` stays the caller's.
  void run(int stop, const std::function<void()>& stopping = [] {});

 private:
  // What to do after accept(): try again, wait for the next client, or rest, where it cannot be accepted now.
  enum class Accepted { one, none, rest };
  Accepted accept_one();

  ServerOptions options_;
  Descriptor listener_;
  std::uint16_t port_ = 0;
  std::array<std::unique_ptr<Worker>, 3> workers_;
  std::size_t next_ = 0;
  bool told_no_descriptors_ = false;
};

}  // namespace ch10
