// deadline.hpp -- Deadline: a test with threads that has not ended by then stops the program, and says where.
//
//   const Deadline deadline("the waker's thread never came");
//
// No test waits for time to pass: this is how one that would wait for ever fails instead.
#pragma once

#include <chrono>

#include "common/base/check.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Deadline {
 public:
  explicit Deadline(const char* what, std::chrono::seconds limit = std::chrono::seconds(90))
      : watcher_(base::Bystander{}, [this, what, limit] {
          if (!over_.park_until(std::chrono::steady_clock::now() + limit)) {
            base::check_failed("the test ends in time", what, __FILE__, __LINE__);
          }
        }) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { over_.unpark(); }

 private:
  base::Parker over_;
  base::Thread watcher_;  // last: it uses the parker, and is joined first
};

}  // namespace async::inline ASYNC_FLAVOUR
