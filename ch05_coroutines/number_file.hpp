// number_file.hpp -- NumberReader, NumberWriter: a file with a number on each line, in constant memory.
//
// What this chapter's coroutines read and write. Both keep one block of the file in memory and no more,
// however long the file is; a line that is too long for a number is refused before it is read to its end.
// They block their thread, as the book's do. Chapter 7 has a pool of threads for that.
//
// Thread safety: one thread at a time. Lifetime: the file is open as long as they live.
// Errors: values, in words: what failed, in which line, why, and what to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/descriptor.hpp"

namespace ch05 {

using namespace async;

// The book's numbers: i32.
using Number = std::int32_t;

template <class T>
using FileResult = std::expected<T, std::string>;

class NumberReader {
 public:
  [[nodiscard]] static FileResult<NumberReader> open(const std::string& path);

  // The number of the next line; nothing at the end of the file. After an error there is no next one.
  [[nodiscard]] FileResult<std::optional<Number>> next();

 private:
  NumberReader(std::string path, base::Descriptor opened);

  [[nodiscard]] FileResult<std::optional<std::string_view>> next_line();
  [[nodiscard]] FileResult<std::size_t> read_more();
  [[nodiscard]] std::unexpected<std::string> bad_line(const std::string& why) const;

  std::string path_;
  base::Descriptor file_;
  std::vector<char> block_;  // of it, what was read and not yet used: [begin_, end_)
  std::size_t begin_ = 0, end_ = 0;
  std::size_t line_ = 0;  // which one, counted from 1
};

class NumberWriter {
 public:
  static constexpr std::size_t kBlock = 64 * 1024;

  // Appends to what is there, as the book does. With block_bytes 0 each number goes to the system at once.
  [[nodiscard]] static FileResult<NumberWriter> open(const std::string& path,
                                                     std::size_t block_bytes = kBlock);

  NumberWriter(NumberWriter&&) = default;
  NumberWriter& operator=(NumberWriter&&) = delete;
  // Writes what is left, and cannot say whether that went well: call finish() before.
  ~NumberWriter();

  // After an error the file has what was written until then. Nothing more is written, and the error is told
  // again.
  [[nodiscard]] FileResult<void> write(Number number);

  // Writes what is left in memory.
  [[nodiscard]] FileResult<void> finish();

 private:
  NumberWriter(std::string path, base::Descriptor opened, std::size_t block_bytes);

  std::string path_;
  base::Descriptor file_;
  std::string block_;  // not written yet
  std::size_t block_bytes_;
  FileResult<void> written_;  // or why not
};

}  // namespace ch05
