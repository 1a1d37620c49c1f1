// s4_file_transfer.hpp -- FileTransfer: a reader and a writer that resume each other; no manager.
// after: s3_stacking.hpp
//
// Two functions, each with its own loop, each written as if the other were a call that gives it an answer.
//
// Thread safety: one thread at a time. Lifetime: immovable, because its coroutines know where it is.
// Errors: as CoroutineManager: the first of either side; what was read before it is written.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <utility>

#include "ch05_coroutines/number_file.hpp"
#include "ch05_coroutines/s4_transfer.hpp"

namespace ch05 {

class FileTransfer {
 public:
  FileTransfer(NumberReader from, NumberWriter to, std::size_t bound)
      : relay_(bound), from_(std::move(from)), to_(std::move(to)) {}

  // Once. The writer begins, because it is the one that asks.
  [[nodiscard]] FileResult<void> run() {
    relay_.run(writer_);
    const auto written = to_.finish();
    return result_ ? written : result_;
  }

  [[nodiscard]] const Relay& relay() const { return relay_; }

 private:
  static Passing<GoOn> read(Relay&, FileTransfer& self) {
    for (;;) {
      const auto number = self.from_.next();
      if (!number) {
        self.result_ = std::unexpected(number.error());
        co_return;
      }
      co_await self.writer_.resume_with_input(*number);  // at the end of the file it is not resumed any more
    }
  }

  static Passing<std::optional<Number>> write(Relay&, FileTransfer& self) {
    while (self.result_) {
      const auto number = co_await self.reader_.resume_with_input(GoOn());
      if (!number) co_return;
      self.result_ = self.to_.write(*number);
    }
  }

  Relay relay_;
  NumberReader from_;
  NumberWriter to_;
  FileResult<void> result_;
  Passing<GoOn> reader_ = read(relay_, *this);
  Passing<std::optional<Number>> writer_ = write(relay_, *this);
};

}  // namespace ch05
