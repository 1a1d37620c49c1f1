// s1_sync_process.hpp -- the book's module with a synchronous interface, and a function that is given it.
//
// Whoever is given what it calls can be given a mock: that is all that dependency injection is. (The book's
// trait is generic over three types; so is this. An interface with virtual functions is what GoogleMock mocks
// best.)
//
// Thread safety: that of the one who implements it.
#pragma once

#include <expected>
#include <string>

#include "common/demo/println.hpp"

namespace ch11 {

using namespace async;

template <class Input, class Key, class Result>
class SyncProcess {
 public:
  SyncProcess() = default;
  SyncProcess(const SyncProcess&) = delete;
  SyncProcess& operator=(const SyncProcess&) = delete;
  virtual ~SyncProcess() = default;

  // Begins something, and gives the key to its result.
  virtual std::expected<Key, std::string> spawn(Input input) = 0;
  virtual std::expected<Result, std::string> get_result(Key key) = 0;
};

// What becomes of a result: the rule that the tests of this step and the next one are about.
inline std::expected<int, std::string> judge(int result) {
  if (result > 10) return std::unexpected("result is too big");
  return result == 8 ? result * 2 : result * 3;
}

inline std::expected<int, std::string> do_something(SyncProcess<int, std::string, int>& process, int input) {
  const auto key = process.spawn(input);
  if (!key) return std::unexpected(key.error());
  demo::println("something is happening");
  const auto result = process.get_result(*key);
  if (!result) return result;
  return judge(*result);
}

}  // namespace ch11
