// s1_write_coroutine.hpp -- WriteCoroutine: is resumed with a number, and keeps its file open in between.
//
// What a coroutine is for: state that stays between two resumes. append_number_to_file has none, and so pays
// for opening the file each time.
//
// Thread safety, lifetime: as NumberWriter. Errors: Complete with the reason; it has no other end.
#pragma once

#include <string>
#include <utility>

#include "ch05_coroutines/coroutine.hpp"
#include "ch05_coroutines/number_file.hpp"

namespace ch05 {

// Opens, writes, closes.
[[nodiscard]] inline FileResult<void> append_number_to_file(const std::string& path, Number number) {
  auto file = NumberWriter::open(path);
  if (!file) return std::unexpected(file.error());
  const auto written = file->write(number);
  return written ? file->finish() : written;
}

class WriteCoroutine {
 public:
  using Yield = void;
  using Return = std::string;  // why it cannot go on

  explicit WriteCoroutine(NumberWriter file) : file_(std::move(file)) {}

  CoroutineState<void, std::string> resume(Number number) {
    const auto written = file_.write(number);
    if (!written) return Complete(written.error());
    return Yielded();
  }

  // To be called once all numbers are there: the file may keep the last ones in memory.
  [[nodiscard]] FileResult<void> finish() { return file_.finish(); }

 private:
  NumberWriter file_;
};

static_assert(Coroutine<WriteCoroutine, Number>);

}  // namespace ch05
