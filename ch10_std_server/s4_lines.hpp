// s4_lines.hpp -- ServerLines: what the server tells while it works, a line each.
//
// Each function is called in the thread that it tells of, at the place where the thing happens. So whoever puts
// other lines in place (a demo, a test) knows when that was, and holds the thread there until it returns.
// Thread safety: all threads of a server call it, also at the same time.
#pragma once

#include <netinet/in.h>
#include <string>

#include "ch10_std_server/s1_data.hpp"

namespace ch10 {

[[nodiscard]] std::string to_string(const sockaddr_in& address);

class ServerLines {
 public:
  virtual ~ServerLines() = default;

  // The worker has no task: between its last look into its box and its sleep.
  virtual void sleeping(const std::string& worker);
  virtual void connection(const std::string& worker, const sockaddr_in& peer);
  virtual void message(const Data& message);
  virtual void refused(const sockaddr_in& peer, const std::string& why);
  virtual void no_descriptors(int error);

  // Prints: what happens to stdout, what went wrong to stderr.
  static ServerLines& printed();
};

}  // namespace ch10
