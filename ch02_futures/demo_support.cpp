// demo_support.cpp -- durations, and temporary folders.
#include "ch02_futures/demo_support.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace ch02 {

bool took(const async::demo::Options& options, async::Duration elapsed, async::Duration promised) {
  return options.paused ? elapsed == promised : elapsed >= promised;
}

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  std::string name = (std::filesystem::temp_directory_path(error) / "ch02_futures.XXXXXX").string();
  if (!error && ::mkdtemp(name.data()) == nullptr) error.assign(errno, std::generic_category());
  if (error)
    throw std::system_error(error, "cannot make a temporary folder; set TMPDIR to one that you may write to");
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

}  // namespace ch02
