// s10_log_file.hpp -- LogFile: a file to which whole lines are appended; what was there stays.
//
// Writing blocks the thread, as the book's does. Chapter 7 has a pool of threads for that.
//
// Thread safety: one thread at a time. Errors: values, in words: what failed, why, and what to do.
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "common/base/descriptor.hpp"

namespace ch02 {

class LogFile {
 public:
  [[nodiscard]] static std::expected<LogFile, std::string> open(const std::string& path);

  // The line and its end. A line with a line end inside is refused: it would be taken for two entries.
  [[nodiscard]] std::expected<void, std::string> append(const std::string& line);

 private:
  LogFile(std::string path, async::base::Descriptor opened)
      : path_(std::move(path)), file_(std::move(opened)) {}

  std::string path_;
  async::base::Descriptor file_;
};

// Writes all of `text` by write_some(text), which is as write(): it may take less than it is given, and a
// signal may interrupt it before it takes anything. Returns how much was written; errno says why if that is
// not all.
template <class WriteSome>
[[nodiscard]] std::size_t write_all(std::string_view text, WriteSome write_some) {
  const std::size_t all = text.size();
  while (!text.empty()) {
    const ssize_t written = write_some(text);
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written == 0) {
      errno = EIO;  // it took nothing, and has no reason: to ask again could last for ever
      break;
    } else if (errno != EINTR) {
      break;
    }
  }
  return all - text.size();
}

}  // namespace ch02
