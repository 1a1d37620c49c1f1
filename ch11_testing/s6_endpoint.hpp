// s6_endpoint.hpp -- a function that asks a server, and is told which one.
//
// Where the server is comes from outside, through an interface: in the program from its configuration, in a
// test from the test. (The book's tip. An environment variable would be shared by all tests of a process.)
//
// Errors: what http::get has.
#pragma once

#include <string>
#include <utility>

#include "common/io/http/get.hpp"

namespace ch11 {

using namespace async;

class Configuration {
 public:
  Configuration() = default;
  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;
  virtual ~Configuration() = default;

  [[nodiscard]] virtual std::string server_url() const = 0;
};

inline Async<IoResult<http::Response>> ask_endpoint(const Configuration& configuration) {
  co_return co_await http::get(configuration.server_url() + "/my-endpoint?param1=value1&param2=value2");
}

}  // namespace ch11
