// s10_log_file.cpp -- opening and appending, and what is said when it fails.
#include "ch02_futures/s10_log_file.hpp"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace ch02 {
namespace {

const char* advice(int error) {
  switch (error) {
    case ENOENT: return "; make its folder first";
    case EISDIR: return "; name a file in it";
    case ENOTDIR: return "; one of the folders on the way is a file";
    case EACCES:
    case EPERM:
    case EROFS: return "; choose a place where you may write";
    case ENOSPC:
    case EDQUOT: return "; make room there";
    default: return "";
  }
}

std::string reason(int error) { return std::string(std::strerror(error)) + advice(error); }

}  // namespace

std::expected<LogFile, std::string> LogFile::open(const std::string& path) {
  async::base::Descriptor opened(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  if (!opened) return std::unexpected("cannot open " + path + ": " + reason(errno));
  return LogFile(path, std::move(opened));
}

std::expected<void, std::string> LogFile::append(const std::string& line) {
  if (line.contains('\n')) return std::unexpected("an entry is one line, and this one has several: " + line);
  const std::string text = line + '\n';
  const auto write_some = [this](std::string_view rest) {
    return ::write(file_.get(), rest.data(), rest.size());
  };
  const std::size_t written = write_all(text, write_some);
  if (written == text.size()) return {};
  const int error = errno;
  std::string part;
  if (written > 0)
    part = " (" + std::to_string(written) + " of " + std::to_string(text.size()) + " bytes are there)";
  return std::unexpected("cannot write to " + path_ + ": " + reason(error) + part);
}

}  // namespace ch02
