// temporary_folder.cpp -- makes the folder, and removes it with all that is in it.
#include "common/demo/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace async::inline ASYNC_FLAVOUR::demo {

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  std::string name = (parent / "async-cpp.XXXXXX").string();
  if (!error && ::mkdtemp(name.data()) == nullptr) error.assign(errno, std::generic_category());
  if (error) {
    const char* const asked = std::getenv("TMPDIR");
    throw std::system_error(error, "cannot make a temporary folder in " +
                                       (asked != nullptr ? std::string(asked) : parent.string()) +
                                       "; set TMPDIR to a folder that you may write to");
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // what cannot be removed stays: nobody could do anything about it here
  std::filesystem::remove_all(path_, ignored);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace async::inline ASYNC_FLAVOUR::demo
