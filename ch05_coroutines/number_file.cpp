// number_file.cpp -- blocks in and out, lines, numbers, and what is said when one of them fails.
#include "ch05_coroutines/number_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace ch05 {
namespace {

// A number has at most eleven characters. Zeros in front and a sign are allowed, a novel is not.
constexpr std::size_t kLongestLine = 64;

const char* advice(int error) {
  switch (error) {
    case ENOENT: return "; make it first, or its folder";
    case EISDIR: return "; name a file in it";
    case ENOTDIR: return "; one of the folders on the way is a file";
    case EACCES:
    case EPERM:
    case EROFS: return "; choose a file that you may use";
    case ENOSPC:
    case EDQUOT: return "; make room there";
    default: return "";
  }
}

std::unexpected<std::string> failure(const char* tried, const std::string& path, int error) {
  return std::unexpected(std::string("cannot ") + tried + " " + path + ": " + std::strerror(error) +
                         advice(error));
}

FileResult<base::Descriptor> open_file(const std::string& path, int flags) {
  base::Descriptor opened(::open(path.c_str(), flags | O_CLOEXEC, 0644));
  if (!opened) return failure("open", path, errno);
  return opened;
}

// As Rust's parse::<i32>(): a sign is allowed, spaces are not.
std::optional<Number> parsed(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

// A line of a file that is no text would end the message, or change the colours of the terminal.
std::string printable(std::string_view line) {
  std::string text(line);
  std::ranges::replace_if(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, '?');
  return text;
}

}  // namespace

NumberReader::NumberReader(std::string path, base::Descriptor opened)
    : path_(std::move(path)), file_(std::move(opened)), block_(64 * 1024) {}

FileResult<NumberReader> NumberReader::open(const std::string& path) {
  auto opened = open_file(path, O_RDONLY);
  if (!opened) return std::unexpected(opened.error());
  return NumberReader(path, *std::move(opened));
}

FileResult<std::optional<Number>> NumberReader::next() {
  const auto line = next_line();
  if (!line) return std::unexpected(line.error());
  if (!*line) return std::optional<Number>();
  const auto number = parsed(**line);
  if (!number) return bad_line("'" + printable(**line) + "' is no whole number of 32 bits; correct the line");
  return number;
}

// Without its end. The last line needs none; "\r\n" is one too.
FileResult<std::optional<std::string_view>> NumberReader::next_line() {
  ++line_;
  for (std::size_t seen = 0;;) {  // how many of its characters are known not to be its end
    const std::string_view rest(block_.data() + begin_, end_ - begin_);
    const std::size_t length = std::min(rest.find('\n', seen), rest.size());
    if (length > kLongestLine) return bad_line("it has more than 64 characters, so it is no number");
    bool is_last = false;
    if (length == rest.size()) {
      seen = length;
      const auto count = read_more();
      if (!count) return std::unexpected(count.error());
      if (*count > 0) continue;
      if (length == 0) return std::optional<std::string_view>();
      is_last = true;
    }
    std::string_view line(block_.data() + begin_, length);
    begin_ += length + (is_last ? 0 : 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }
}

// Keeps what is not used yet, which is less than a line. Returns how many bytes came; 0 at the end of the
// file.
FileResult<std::size_t> NumberReader::read_more() {
  std::memmove(block_.data(), block_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  ssize_t count = 0;
  do {
    count = ::read(file_.get(), block_.data() + end_, block_.size() - end_);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return failure("read", path_, errno);
  end_ += static_cast<std::size_t>(count);
  return static_cast<std::size_t>(count);
}

std::unexpected<std::string> NumberReader::bad_line(const std::string& why) const {
  return std::unexpected(path_ + ", line " + std::to_string(line_) + ": " + why);
}

NumberWriter::NumberWriter(std::string path, base::Descriptor opened, std::size_t block_bytes)
    : path_(std::move(path)), file_(std::move(opened)), block_bytes_(block_bytes) {}

FileResult<NumberWriter> NumberWriter::open(const std::string& path, std::size_t block_bytes) {
  auto opened = open_file(path, O_WRONLY | O_APPEND | O_CREAT);
  if (!opened) return std::unexpected(opened.error());
  return NumberWriter(path, *std::move(opened), block_bytes);
}

NumberWriter::~NumberWriter() { (void)finish(); }

FileResult<void> NumberWriter::write(Number number) {
  if (!written_) return written_;
  std::array<char, 16> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  block_.append(text.data(), end);
  block_ += '\n';
  return block_.size() > block_bytes_ ? finish() : FileResult<void>();
}

FileResult<void> NumberWriter::finish() {
  std::string_view rest = block_;
  int error = 0;
  while (!rest.empty() && error == 0) {
    const ssize_t count = ::write(file_.get(), rest.data(), rest.size());
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    if (count == 0) error = EIO;  // it took nothing and has no reason: to ask again could last for ever
    if (count < 0 && errno != EINTR) error = errno;
  }
  block_.clear();
  if (error != 0) written_ = failure("write to", path_, error);
  return written_;
}

}  // namespace ch05
