// scripted_stream.hpp -- ScriptedStream: a connection whose other end is a script.
//
//   auto stream = Script().write("ask\r\n").wait(2s).read("an ").read("answer\r\n").play();
//   const auto reply = co_await ask(stream);       // the code under test: any that takes a stream
//
// The script is written from the side of the code under test: read("ab") is what it will read, write("ab")
// what it has to write. Each step has its turn when the one before is over:
//   read(text)         a read gets it, or as much as fits; the rest is the next read's. So a message that
//                      comes in parts is several steps.
//   write(text)        a write must begin so, and takes at most so much: a partial write, if more was given.
//   read_error(code)   a read fails; write_error(code) the same for a write.
//   wait(duration)     nothing happens for so long, by the clock.
// A read whose turn has not come waits, and so does a write. At the end of the script a read gets 0: the end.
//
// The test fails, and says which step it was and what came instead, if other bytes are written than those of
// the script, if something is written behind its end, and if it is destroyed before its end. A write that is
// wrong gets an error, so that the code under test ends. (tokio: tokio_test::io::Builder.)
//
// read, read_exact, write, write_all, read_to_end and read_to_string are those of common/io/bytes.hpp: a
// template that takes a TcpStream takes this. Cancelling: as there; a read or write that was dropped has
// taken no part of its step.
//
// Thread safety: one reader and one writer may work at the same time, in different threads.
// Lifetime: outlives its operations. May be moved while there are none.
// Errors: std::invalid_argument for a step of nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

#include "common/future/async.hpp"
#include "common/io/io_error.hpp"
#include "common/time/timer.hpp"

namespace async::inline ASYNC_FLAVOUR {

namespace detail {
class ScriptState;
struct ScriptStep;
}  // namespace detail

class ScriptedStream {
 public:
  ScriptedStream(ScriptedStream&&) noexcept;
  ScriptedStream& operator=(ScriptedStream&&) = delete;
  ~ScriptedStream();

  Async<IoResult<std::size_t>> read(std::span<std::byte> into);
  Async<IoResult<void>> read_exact(std::span<std::byte> into);
  Async<IoResult<std::size_t>> read_to_end(std::vector<std::byte>& into);
  Async<IoResult<std::size_t>> read_to_string(std::string& into);

  Async<IoResult<std::size_t>> write(std::span<const std::byte> bytes);
  Async<IoResult<std::size_t>> write(std::string_view text);
  Async<IoResult<void>> write_all(std::span<const std::byte> bytes);
  Async<IoResult<void>> write_all(std::string_view text);

  // Whether the script is over.
  [[nodiscard]] bool is_over() const;

 private:
  friend class Script;
  explicit ScriptedStream(std::unique_ptr<detail::ScriptState> state);

  std::unique_ptr<detail::ScriptState> state_;
};

class Script {
 public:
  Script();
  Script(Script&&) noexcept;
  ~Script();

  Script& read(std::string text);
  Script& write(std::string text);
  Script& read_error(std::errc code);
  Script& write_error(std::errc code);
  Script& wait(Duration duration);

  // A failure is reported at the line of this call.
  [[nodiscard]] ScriptedStream play(std::source_location where = std::source_location::current());

 private:
  std::vector<detail::ScriptStep> steps_;
};

}  // namespace async::inline ASYNC_FLAVOUR
