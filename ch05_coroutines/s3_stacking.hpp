// s3_stacking.hpp -- CoroutineManager: what the reader yields is what the writer is resumed with.
//
// Neither knows the other: the manager has control between any two steps, and each number is in memory alone.
// So a file of any length goes through, and the reader can be tested without a writer, and the other way
// round.
//
// Thread safety: one thread at a time. Lifetime: it has both files open.
// Errors: the first of either side. What was read before it is written.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "ch05_coroutines/s1_write_coroutine.hpp"
#include "ch05_coroutines/s2_read_coroutine.hpp"

namespace ch05 {

class CoroutineManager {
 public:
  CoroutineManager(ReadCoroutine reader, WriteCoroutine writer)
      : reader_(std::move(reader)), writer_(std::move(writer)) {}

  // Opens both: the one that is there, then the one that may have to be made.
  [[nodiscard]] static FileResult<CoroutineManager> open(const std::string& read_path,
                                                         const std::string& write_path) {
    auto reader = NumberReader::open(read_path);
    if (!reader) return std::unexpected(reader.error());
    auto writer = NumberWriter::open(write_path);
    if (!writer) return std::unexpected(writer.error());
    return CoroutineManager(ReadCoroutine(*std::move(reader)), WriteCoroutine(*std::move(writer)));
  }

  // Until there is nothing left to read.
  [[nodiscard]] FileResult<void> run() {
    for (;;) {
      auto read = reader_.resume();
      if (read.is_complete()) {
        const auto written = writer_.finish();
        const auto all_read = std::move(read).result();
        return all_read ? written : all_read;
      }
      auto wrote = writer_.resume(std::move(read).yielded());
      if (wrote.is_complete()) return std::unexpected(std::move(wrote).result());
    }
  }

 private:
  ReadCoroutine reader_;
  WriteCoroutine writer_;
};

}  // namespace ch05
