// s3_picture_file.cpp -- a new file is written beside the old one, and then takes its name.
#include "ch06_reactive/s3_picture_file.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "common/base/descriptor.hpp"

namespace ch06 {
namespace {

std::unexpected<std::string> not_written(const std::string& path) {
  return std::unexpected("cannot write " + path + ": " + std::generic_category().message(errno) +
                         "; name a file in a folder that is there, where there is room");
}

// Of another process it is another one.
std::string name_beside(const std::string& path) { return path + "." + std::to_string(::getpid()) + ".new"; }

// A link is followed: a new file would take the link's name, and not that of what it points to.
std::string followed(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const auto target = std::filesystem::weakly_canonical(path, error);
  return error ? path : target.string();
}

bool is_special(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

// Not blocking: a pipe without a reader is an error, and not a wait for one.
async::base::Descriptor open_special(const std::string& path) {
  async::base::Descriptor file(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  if (file) ::fcntl(file.get(), F_SETFL, 0);
  return file;
}

// With the rights of the old one, if there is one. None, and errno: it cannot be, or the old one is not to be written.
async::base::Descriptor open_beside(const std::string& path) {
  struct stat old{};
  const bool has_old = ::stat(path.c_str(), &old) == 0;
  if (has_old && ::access(path.c_str(), W_OK) != 0) return async::base::Descriptor();
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
  async::base::Descriptor file(::open(name_beside(path).c_str(), kFlags, 0666));
  if (file && has_old) (void)!::fchmod(file.get(), old.st_mode & 0777u);
  return file;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::expected<void, std::string> write_file(const std::string& path, const std::string& text) {
  const std::string target = followed(path);
  if (is_special(target)) {
    const auto file = open_special(target);
    if (!file || !write_all(file.get(), text)) return not_written(path);
    return {};
  }
  const auto file = open_beside(target);
  if (!file) return not_written(path);
  const std::string beside = name_beside(target);
  // What the disk had no room for may be known only after the sync.
  if (write_all(file.get(), text) && ::fsync(file.get()) == 0 &&
      std::rename(beside.c_str(), target.c_str()) == 0) {
    return {};
  }
  const auto failed = not_written(path);
  ::unlink(beside.c_str());
  return failed;
}

std::expected<void, std::string> check_file(const std::string& path) {
  const std::string target = followed(path);
  if (is_special(target)) {
    if (const auto file = open_special(target); !file) return not_written(path);
    return {};
  }
  if (const auto file = open_beside(target); !file) return not_written(path);
  ::unlink(name_beside(target).c_str());
  return {};
}

}  // namespace ch06
