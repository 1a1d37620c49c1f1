// scripted_calls.hpp -- FileCalls that write down what they are asked, and fail where a test wants it.
#pragma once

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/base/locked.hpp"

#include "ch08_actors/s4_file_calls.hpp"

namespace ch08 {

// Each call is a line: "open data.json.new", "sync data.json.new", "sync folder", "rename data.json.new
// data.json". The lock file is left out. Thread safety: any thread; `fails` is set before anybody calls.
class ScriptedCalls : public FileCalls {
 public:
  // Before a call is made: the errno with which it fails, or 0.
  std::function<int(const std::string& call)> fails = [](const std::string&) { return 0; };

  [[nodiscard]] std::vector<std::string> calls() { return *calls_.lock(); }
  [[nodiscard]] std::size_t count(const std::string& call) {
    return static_cast<std::size_t>(std::ranges::count(*calls_.lock(), call));
  }
  void forget() { calls_.lock()->clear(); }

  int open(const char* path, int flags, unsigned mode) override {
    if (!is_lock(path) && refused("open " + name(path))) return -1;
    const int file = FileCalls::open(path, flags, mode);
    if (file >= 0) (*names_.lock())[file] = name(path);
    return file;
  }
  ssize_t write(int file, const char* bytes, std::size_t size) override {
    if (refused("write " + name_of(file))) return -1;
    return FileCalls::write(file, bytes, std::min(size, most));
  }
  int sync(int file) override { return refused("sync " + name_of(file)) ? -1 : FileCalls::sync(file); }
  int link(const char* path, const char* second) override {
    return refused("link " + name(path) + " " + name(second)) ? -1 : FileCalls::link(path, second);
  }
  int rename(const char* from, const char* to) override {
    return refused("rename " + name(from) + " " + name(to)) ? -1 : FileCalls::rename(from, to);
  }
  int unlink(const char* path) override {
    return refused("unlink " + name(path)) ? -1 : FileCalls::unlink(path);
  }

  std::size_t most = 1'000'000;  // bytes that one write takes

 private:
  static bool is_lock(const std::string& path) { return path.ends_with(".lock"); }
  static std::string name(const std::string& path) {
    const std::string last = path.substr(path.rfind('/') + 1);
    return last.find("data.json") == 0 ? last : "folder";
  }
  std::string name_of(int file) { return (*names_.lock())[file]; }
  bool refused(const std::string& call) {
    calls_.lock()->push_back(call);
    const int error = fails(call);
    if (error != 0) errno = error;
    return error != 0;
  }

  base::Locked<std::vector<std::string>> calls_;
  base::Locked<std::map<int, std::string>> names_;  // of the open files
};

}  // namespace ch08
