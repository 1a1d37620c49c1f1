// temporary_folder.hpp -- TemporaryFolder: a folder that goes with its owner, and the text of a file in it.
#pragma once

#include <filesystem>
#include <string>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

// A new folder under the system's folder for temporary files. Removed with all that is in it.
// Errors: std::system_error if it cannot be made.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string path_of(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// All that is in a file; nothing if there is none.
[[nodiscard]] std::string text_of(const std::string& path);

}  // namespace async::inline ASYNC_FLAVOUR::demo
