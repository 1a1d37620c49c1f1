// fs.hpp -- fs::read_to_string(path) and its kin: whole files and directories, on the blocking pool.
//
//   const auto text = co_await fs::read_to_string("data.txt");
//   if (!text) println(text.error().message());     // "open data.txt: No such file or directory"
//
// What happens when, and what cancelling does: off_thread.hpp. For parts of a file: file.hpp.
// Errors: IoError, with the path.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/io/file.hpp"
#include "common/io/off_thread.hpp"

namespace async::inline ASYNC_FLAVOUR::fs {

class Metadata {
 public:
  explicit Metadata(const struct stat& status)
      : size_(static_cast<std::uint64_t>(status.st_size)), mode_(status.st_mode) {}

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool is_file() const { return S_ISREG(mode_); }
  [[nodiscard]] bool is_dir() const { return S_ISDIR(mode_); }
  [[nodiscard]] unsigned mode() const { return mode_ & 07777u; }

 private:
  std::uint64_t size_;
  mode_t mode_;
};

// What runs on the pool's threads: each one blocks.
namespace blocking {

template <class Text>
[[nodiscard]] IoResult<Text> read_whole(const std::string& path) {
  const auto opened = detail::open_file(path, O_RDONLY, 0);
  if (!opened) return std::unexpected(opened.error());
  return detail::read_all_at<Text>(opened->get(), 0, "read " + path);
}

[[nodiscard]] inline IoResult<void> write_whole(const std::string& path, std::span<const std::byte> bytes) {
  const auto opened = detail::open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (!opened) return std::unexpected(opened.error());
  return detail::write_all_at(opened->get(), bytes, 0, "write " + path);
}

[[nodiscard]] inline IoResult<void> done(std::error_code error, const char* what, const std::string& path) {
  if (error) return detail::io_failure(error, what + path);
  return {};
}
[[nodiscard]] inline IoResult<void> done(int answer, const char* what, const std::string& path) {
  return done(answer == 0 ? std::error_code() : detail::last_error(), what, path);
}

}  // namespace blocking

[[nodiscard]] inline Async<IoResult<std::string>> read_to_string(std::string path) {
  auto job = [path] { return blocking::read_whole<std::string>(path); };
  return detail::off_thread(std::move(job));
}
[[nodiscard]] inline Async<IoResult<std::vector<std::byte>>> read(std::string path) {
  auto job = [path] { return blocking::read_whole<std::vector<std::byte>>(path); };
  return detail::off_thread(std::move(job));
}

// Makes the file, or replaces what is in it. (Not at one stroke: for that, write another one and rename it.)
[[nodiscard]] inline Async<IoResult<void>> write(std::string path, std::span<const std::byte> bytes) {
  auto job = [path, kept = std::vector(bytes.begin(), bytes.end())] {
    return blocking::write_whole(path, kept);
  };
  return detail::off_thread(std::move(job));
}
[[nodiscard]] inline Async<IoResult<void>> write(std::string path, std::string_view text) {
  return write(std::move(path), std::as_bytes(std::span(text)));
}

[[nodiscard]] inline Async<IoResult<Metadata>> metadata(std::string path) {
  auto job = [path]() -> IoResult<Metadata> {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0)
      return detail::io_failure(detail::last_error(), "look at " + path);
    return Metadata(status);
  };
  return detail::off_thread(std::move(job));
}

// An error where it cannot be told, as for lack of rights.
[[nodiscard]] inline Async<IoResult<bool>> exists(std::string path) {
  auto job = [path]() -> IoResult<bool> {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return detail::io_failure(detail::last_error(), "look at " + path);
  };
  return detail::off_thread(std::move(job));
}

[[nodiscard]] inline Async<IoResult<void>> remove_file(std::string path) {
  auto job = [path] { return blocking::done(::unlink(path.c_str()), "remove ", path); };
  return detail::off_thread(std::move(job));
}

// At one stroke: whoever opens `to` finds the old file or the new one, whole.
[[nodiscard]] inline Async<IoResult<void>> rename(std::string from, std::string to) {
  auto job = [from, to] {
    return blocking::done(::rename(from.c_str(), to.c_str()), "rename ", from + " to " + to);
  };
  return detail::off_thread(std::move(job));
}

// With all that are missing above it. No error if it is there.
[[nodiscard]] inline Async<IoResult<void>> create_dir_all(std::string path) {
  auto job = [path] {
    std::error_code error;
    (void)std::filesystem::create_directories(path, error);
    return blocking::done(error, "create ", path);
  };
  return detail::off_thread(std::move(job));
}

// With all that is in it.
[[nodiscard]] inline Async<IoResult<void>> remove_dir_all(std::string path) {
  auto job = [path] {
    std::error_code error;
    if (std::filesystem::remove_all(path, error) == 0 && !error)
      error = std::make_error_code(std::errc::no_such_file_or_directory);
    return blocking::done(error, "remove ", path);
  };
  return detail::off_thread(std::move(job));
}

}  // namespace async::inline ASYNC_FLAVOUR::fs
