// file.hpp -- fs::File: an open file, read and written on the blocking pool.
//
//   auto file = co_await fs::File::create("state.json");
//   const auto written = co_await file->write_all(text);
//   const auto safe = co_await file->sync_all();            // on the disk, not only with the system
//
// The file knows its own position, and moves it when an operation's result is taken: a read that was dropped
// loses nothing. Nothing is held back in a buffer: a write that is ready has been given to the system.
//
// What happens when, and what cancelling does: off_thread.hpp. A write that was dropped may be done or not.
// Thread safety: one operation at a time. Lifetime: file and buffer outlive the operation; what the pool's
//   thread needs of them it owns itself, so dropping an operation is safe at any moment.
// Errors: IoError, with the path.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/io/off_thread.hpp"

namespace async::inline ASYNC_FLAVOUR::fs {

enum class SeekFrom { start, current, end };

class File {
 public:
  // To read. To write, made or emptied. More: OpenOptions.
  [[nodiscard]] static Async<IoResult<File>> open(std::string path) {
    return with_flags(std::move(path), O_RDONLY);
  }
  [[nodiscard]] static Async<IoResult<File>> create(std::string path) {
    return with_flags(std::move(path), O_WRONLY | O_CREAT | O_TRUNC);
  }
  [[nodiscard]] static Async<IoResult<File>> with_flags(std::string path, int flags, unsigned mode = 0666) {
    auto job = [path, flags, mode] { return detail::open_file(path, flags, mode); };
    auto opened = co_await detail::off_thread(std::move(job));
    if (!opened) co_return std::unexpected(opened.error());
    co_return File(std::make_shared<const Open>(std::move(*opened), std::move(path)));
  }

  // At most as many bytes as fit, and at most 2 MiB; 0 at the end of the file.
  Async<IoResult<std::size_t>> read(std::span<std::byte> into) {
    auto job = [open = open_, size = std::min(into.size(), kMost), position = position_] {
      return open->read(size, position);
    };
    const auto got = co_await detail::off_thread(std::move(job));
    if (!got) co_return std::unexpected(got.error());
    if (!got->empty()) std::memcpy(into.data(), got->data(), got->size());
    position_ += got->size();
    co_return got->size();
  }
  // Appends the rest of the file; how many bytes that were.
  Async<IoResult<std::size_t>> read_to_end(std::vector<std::byte>& into) {
    return rest<std::vector<std::byte>>(into);
  }
  Async<IoResult<std::size_t>> read_to_string(std::string& into) { return rest<std::string>(into); }

  Async<IoResult<void>> write_all(std::span<const std::byte> bytes) {
    auto job = [open = open_, kept = std::vector(bytes.begin(), bytes.end()), position = position_] {
      return detail::write_all_at(open->descriptor.get(), kept, position, "write " + open->path);
    };
    const auto written = co_await detail::off_thread(std::move(job));
    if (written) position_ += bytes.size();
    co_return written;
  }
  Async<IoResult<void>> write_all(std::string_view text) { return write_all(std::as_bytes(std::span(text))); }

  // Where the next read or write begins.
  Async<IoResult<std::uint64_t>> seek(std::int64_t offset, SeekFrom from = SeekFrom::start) {
    std::int64_t base = from == SeekFrom::current ? static_cast<std::int64_t>(position_) : 0;
    if (from == SeekFrom::end) {
      const auto size = co_await this->size();
      if (!size) co_return std::unexpected(size.error());
      base = static_cast<std::int64_t>(*size);
    }
    const auto invalid = std::make_error_code(std::errc::invalid_argument);
    if (offset > std::numeric_limits<std::int64_t>::max() - base)
      co_return detail::io_failure(invalid, "seek beyond what a file can hold in " + open_->path);
    if (base + offset < 0)
      co_return detail::io_failure(invalid, "seek before the beginning of " + open_->path);
    position_ = static_cast<std::uint64_t>(base + offset);
    co_return position_;
  }
  [[nodiscard]] std::uint64_t position() const { return position_; }

  Async<IoResult<std::uint64_t>> size() {
    auto job = [open = open_] { return open->size(); };
    co_return co_await detail::off_thread(std::move(job));
  }
  // Cuts it, or fills it up with zeros.
  Async<IoResult<void>> set_size(std::uint64_t size) {
    auto job = [open = open_, size] {
      return open->done(::ftruncate(open->descriptor.get(), static_cast<off_t>(size)), "resize ");
    };
    co_return co_await detail::off_thread(std::move(job));
  }
  // All that was written is on the disk when it is ready: also after a loss of power.
  Async<IoResult<void>> sync_all() {
    auto job = [open = open_] { return open->done(::fsync(open->descriptor.get()), "sync "); };
    co_return co_await detail::off_thread(std::move(job));
  }

  [[nodiscard]] int fd() const { return open_->descriptor.get(); }

 private:
  static constexpr std::size_t kMost = std::size_t{2} << 20;  // what one read() has to copy

  // What the pool's threads share with the file.
  struct Open {
    Open(base::Descriptor descriptor_, std::string path_)
        : descriptor(std::move(descriptor_)), path(std::move(path_)) {}

    [[nodiscard]] IoResult<std::vector<std::byte>> read(std::size_t size, std::uint64_t position) const {
      std::vector<std::byte> part(size);
      const ssize_t count = detail::read_at(descriptor.get(), part, position);
      if (count < 0) return detail::io_failure(detail::last_error(), "read " + path);
      part.resize(static_cast<std::size_t>(count));
      return part;
    }
    [[nodiscard]] IoResult<std::uint64_t> size() const {
      struct stat status{};
      if (::fstat(descriptor.get(), &status) != 0)
        return detail::io_failure(detail::last_error(), "ask for the size of " + path);
      return static_cast<std::uint64_t>(status.st_size);
    }
    [[nodiscard]] IoResult<void> done(int answer, const char* what) const {
      if (answer != 0) return detail::io_failure(detail::last_error(), what + path);
      return {};
    }

    const base::Descriptor descriptor;
    const std::string path;
  };

  explicit File(std::shared_ptr<const Open> open) : open_(std::move(open)) {}

  template <class Text>
  Async<IoResult<std::size_t>> rest(Text& into) {
    auto job = [open = open_, position = position_] {
      return detail::read_all_at<Text>(open->descriptor.get(), position, "read " + open->path);
    };
    const auto got = co_await detail::off_thread(std::move(job));
    if (!got) co_return std::unexpected(got.error());
    into.insert(into.end(), got->begin(), got->end());
    position_ += got->size();
    co_return got->size();
  }

  std::shared_ptr<const Open> open_;
  std::uint64_t position_ = 0;
};

// OpenOptions().read(true).write(true).create(true).open(path)
class OpenOptions {
 public:
  OpenOptions& read(bool on) { return set(reads_, on); }
  OpenOptions& write(bool on) { return set(writes_, on); }
  OpenOptions& append(bool on) { return set(appends_, on); }  // each write goes to the end
  OpenOptions& truncate(bool on) { return set(truncates_, on); }
  OpenOptions& create(bool on) { return set(creates_, on); }
  OpenOptions& create_new(bool on) { return set(creates_new_, on); }  // an error if it is there
  OpenOptions& mode(unsigned mode) {
    mode_ = mode;
    return *this;
  }

  [[nodiscard]] Async<IoResult<File>> open(std::string path) const {
    const bool writes = writes_ || appends_;
    int flags = writes ? (reads_ ? O_RDWR : O_WRONLY) : O_RDONLY;
    if (appends_) flags |= O_APPEND;
    if (truncates_) flags |= O_TRUNC;
    if (creates_) flags |= O_CREAT;
    if (creates_new_) flags |= O_CREAT | O_EXCL;
    return File::with_flags(std::move(path), flags, mode_);
  }

 private:
  OpenOptions& set(bool& option, bool on) {
    option = on;
    return *this;
  }

  bool reads_ = false, writes_ = false, appends_ = false, truncates_ = false, creates_ = false,
       creates_new_ = false;
  unsigned mode_ = 0666;
};

}  // namespace async::inline ASYNC_FLAVOUR::fs
