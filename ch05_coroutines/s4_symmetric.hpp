// s4_symmetric.hpp -- SymmetricCoroutine: each resume takes an input and gives an output.
// after: s3_stacking.hpp
//
// The book's trait, and its reader and writer with it. The loop that calls them is still main's: all that
// passes from one to the other passes through whoever wrote that loop. s4_transfer.hpp has no such loop.
//
// Thread safety, lifetime: as NumberReader and NumberWriter. Errors: in the outputs.
#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include "ch05_coroutines/number_file.hpp"

namespace ch05 {

template <class C>
concept SymmetricCoroutine = requires(C& coroutine, typename C::Input input) {
  { coroutine.resume_with_input(std::move(input)) } -> std::same_as<typename C::Output>;
};

// For a coroutine that needs no input: "go on".
struct GoOn {};

class SymmetricReader {
 public:
  using Input = GoOn;
  using Output = FileResult<std::optional<Number>>;  // nothing: the end

  explicit SymmetricReader(NumberReader file) : file_(std::move(file)) {}

  Output resume_with_input(GoOn) { return file_.next(); }

 private:
  NumberReader file_;
};

class SymmetricWriter {
 public:
  using Input = std::optional<Number>;  // nothing: that was all
  using Output = FileResult<void>;

  explicit SymmetricWriter(NumberWriter file) : file_(std::move(file)) {}

  Output resume_with_input(std::optional<Number> number) {
    return number ? file_.write(*number) : file_.finish();
  }

 private:
  NumberWriter file_;
};

static_assert(SymmetricCoroutine<SymmetricReader> && SymmetricCoroutine<SymmetricWriter>);

}  // namespace ch05
