// s2_read_coroutine.hpp -- ReadCoroutine: each resume reads one line and yields its number.
//
// A generator: it yields, always to whoever resumed it, and takes nothing. It is lazy: it reads no further
// than it was asked to, but for its block.
//
// Thread safety, lifetime: as NumberReader.
// Errors: a line that is no number ends it, with an error that names the line. (The book's ends as if that
//   were the end of the file.)
#pragma once

#include <expected>
#include <utility>

#include "ch05_coroutines/coroutine.hpp"
#include "ch05_coroutines/number_file.hpp"

namespace ch05 {

class ReadCoroutine {
 public:
  using Yield = Number;
  using Return = FileResult<void>;

  explicit ReadCoroutine(NumberReader file) : file_(std::move(file)) {}

  CoroutineState<Number, FileResult<void>> resume() {
    const auto number = file_.next();
    if (!number) return Complete(FileResult<void>(std::unexpect, number.error()));
    if (!*number) return Complete(FileResult<void>());
    return Yielded(**number);
  }

 private:
  NumberReader file_;
};

static_assert(Coroutine<ReadCoroutine>);

}  // namespace ch05
