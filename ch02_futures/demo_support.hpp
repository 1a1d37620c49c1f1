// demo_support.hpp -- how long something took, a folder that goes with its owner, an error that ends a demo.
#pragma once

#include <expected>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/demo/demo.hpp"
#include "common/time/clock.hpp"

namespace ch02 {

// On the paused clock a duration is exact. Elsewhere no wait is shorter than it should be; longer is the
// machine's business, and no broken promise.
[[nodiscard]] bool took(const async::demo::Options& options, async::Duration elapsed,
                        async::Duration promised);

// A new folder under the system's folder for temporary files. Removed with all that is in it.
// Errors: std::system_error if it cannot be made.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] std::string path_of(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// What must be there for the demo to begin. Errors: std::runtime_error with the text.
template <class T>
[[nodiscard]] T or_throw(std::expected<T, std::string> value) {
  if (!value) throw std::runtime_error(value.error());
  return *std::move(value);
}

// All that is in a file; nothing if there is none.
[[nodiscard]] std::string text_of(const std::string& path);

}  // namespace ch02
