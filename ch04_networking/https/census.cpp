// census.cpp -- what /proc/self says.
#include "ch04_networking/https/census.hpp"

#include <filesystem>
#include <iterator>
#include <system_error>

namespace ch04 {

Census Census::now() {
  namespace fs = std::filesystem;
  Census census;
  census.threads = static_cast<std::size_t>(
      std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator()));
  for (const auto& each : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // another thread may close it meanwhile
    const std::string what = fs::read_symlink(each.path(), gone).string();
    if (gone || what.starts_with("socket:")) continue;
    if (what == "anon_inode:[eventpoll]") {
      ++census.epolls;
    } else if (what == "anon_inode:[eventfd]") {
      ++census.eventfds;
    } else if (what == "anon_inode:[timerfd]") {
      ++census.timerfds;
    } else {
      ++census.others;
    }
  }
  return census;
}

std::string Census::to_string() const {
  return std::to_string(threads) + " threads, " + std::to_string(epolls) + " epoll, " +
         std::to_string(eventfds) + " eventfd, " + std::to_string(timerfds) + " timerfd, " +
         std::to_string(others) + " other descriptors";
}

}  // namespace ch04
