// s10_audit_log.hpp -- write_log() spawns a task that appends a line to a file which several share.
//
// Each entry is in its file once; in which order is not promised. The book's program panics where a file
// cannot be opened, and says Ok(true) also where the write failed. Here both are values. As in
// s8_try_lock.hpp, a task that finds the file locked polls on and on, until it is free.
//
// Thread safety: as any future; a handle from any thread.
// Errors: in words, as LogFile's.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <utility>

#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/future/future.hpp"
#include "common/sync/mutex.hpp"

#include "ch02_futures/executor.hpp"
#include "ch02_futures/s10_log_file.hpp"

namespace ch02 {

using namespace async;
using demo::println;

using AsyncFileHandle = std::shared_ptr<Mutex<LogFile>>;
using FileJoinHandle = JoinHandle<std::expected<bool, std::string>>;

inline std::expected<AsyncFileHandle, std::string> get_handle(const std::string& file_path) {
  auto file = LogFile::open(file_path);
  if (!file) return std::unexpected(file.error());
  return std::make_shared<Mutex<LogFile>>(*std::move(file));
}

class AsyncWriteFuture {
 public:
  using Output = std::expected<bool, std::string>;

  AsyncWriteFuture(AsyncFileHandle handle, std::string entry)
      : handle_(std::move(handle)), entry_(std::move(entry)) {}

  Poll<Output> poll(Context& cx) {
    auto guard = handle_->try_lock();
    if (!guard) {
      println("error for ", entry_, " : try_lock failed because the operation would block");
      cx.waker().wake_by_ref();
      return Pending();
    }
    const auto appended = (*guard)->append(entry_);
    if (!appended) return Ready(Output(std::unexpect, appended.error()));
    println("written for: ", entry_);
    return Ready(Output(true));
  }

 private:
  AsyncFileHandle handle_;
  std::string entry_;
};

inline FileJoinHandle write_log(Executor& executor, AsyncFileHandle file_handle, std::string line) {
  return executor.spawn(AsyncWriteFuture(std::move(file_handle), std::move(line)));
}

bool audit_log_demo(const demo::Options& options);
bool audit_log_errors_demo(const demo::Options& options);

}  // namespace ch02
