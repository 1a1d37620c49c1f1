// s6_state.cpp -- gathering the threads' state, and its file.
#include "ch07_runtime_tuning/s6_state.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

namespace ch07 {
namespace {

std::string failure(const char* what, const std::string& path) {
  return std::string("cannot ") + what + " " + path + ": " + std::strerror(errno);
}

// "3 32290", and nothing behind it.
bool read_line(const std::string& line, Counters& counters) {
  std::istringstream fields(line);
  std::uint32_t key = 0, count = 0;
  std::string more;
  if (line.find('-') != line.npos || !(fields >> key >> count) || fields >> more) return false;
  return counters.emplace(key, count).second;
}

}  // namespace

Async<Counters> get_complete_count(LocalPoolHandle pool) {
  std::vector<JoinHandle<Counters>> extracted;
  for (std::size_t i = 0; i < pool.num_threads(); ++i) {
    extracted.push_back(
        pool.spawn_pinned_by_idx([]() -> Async<Counters> { co_return counters_of_this_thread(); }, i));
  }
  Counters complete;
  for (auto& handle : extracted) {
    const auto counters = co_await handle;
    if (!counters) counters.error().rethrow();
    for (const auto& [key, count] : *counters) complete[key] += count;
  }
  co_return complete;
}

Async<> restore(LocalPoolHandle pool, Counters saved) {
  auto put_back = [saved]() -> Async<> {
    for (const auto& [key, count] : saved) counters_of_this_thread()[key] += count;
    co_return;
  };
  auto handle = pool.spawn_pinned_by_idx(std::move(put_back), 0);
  const auto done = co_await handle;
  if (!done) done.error().rethrow();
}

std::expected<void, std::string> write_state(const std::string& path, const Counters& counters) {
  // Beside it first: if the program is killed in the middle, the old file is still whole.
  const std::string beside = path + ".new";
  {
    std::ofstream file(beside, std::ios::trunc);
    for (const auto& [key, count] :
         std::map<std::uint32_t, std::uint32_t>(counters.begin(), counters.end())) {
      file << key << ' ' << count << '\n';
    }
    file.close();
    if (!file) return std::unexpected(failure("write", beside));
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) return std::unexpected(failure("replace", path));
  return {};
}

std::expected<Counters, std::string> read_state(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::unexpected(failure("read", path));
  Counters counters;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (!read_line(line, counters)) {
      return std::unexpected(path + ", line " + std::to_string(number) +
                             ": must be a key that is new here, and its count, not \"" + line + "\"");
    }
  }
  if (file.bad()) return std::unexpected(failure("read", path));
  return counters;
}

}  // namespace ch07
