// s6_cancel_safety.hpp -- a task that is cancelled with a lock and a half-written file leaves neither.
// after: s6_timeout.hpp
//
// To cancel a future is to destroy it: the locals of all its coroutines go, the innermost first, and only
// then does the timeout answer. So what cleans up in its destructor is safe to cancel, at every co_await.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/sync/mutex.hpp"

#include "ch02_futures/s6_timeout.hpp"

namespace ch02 {

using namespace async;
using demo::println;

// A file that is there as a whole or not at all: written beside its place, put there by commit().
// Errors: std::ios_base::failure, std::filesystem::filesystem_error.
class WholeFile {
 public:
  explicit WholeFile(const std::string& path) : path_(path), part_(path + ".part") {
    file_.exceptions(std::ios::failbit | std::ios::badbit);
    file_.open(part_);
  }
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile() {
    std::error_code not_there;  // it was committed
    std::filesystem::remove(part_, not_there);
  }

  void write(const std::string& text) { file_ << text << std::flush; }
  void commit() {
    file_.close();
    std::filesystem::rename(part_, path_);
  }

 private:
  const std::string path_, part_;
  std::ofstream file_;
};

// Says when it is destroyed.
class Witness {
 public:
  explicit Witness(const char* name) : name_(name) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() { println("destroyed: ", name_); }

 private:
  const char* name_;
};

inline Async<const char*> slow_second_half() {
  const Witness inner("what the inner coroutine holds");
  co_return co_await slow_task();
}

inline Async<> slow_report(Mutex<int>& reports, std::string path) {
  const Witness outer("the first local of slow_report");
  auto written = co_await reports.lock();
  WholeFile report(path);
  const Witness last("the last local of slow_report");
  report.write("first half\n");
  report.write(co_await slow_second_half());  // a timeout comes here
  report.commit();
  ++*written;
}

bool cancel_safety_demo(const demo::Options& options);

}  // namespace ch02
