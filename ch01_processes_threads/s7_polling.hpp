// s7_polling.hpp -- poll_file: asks every 100 ms when the file was modified. The book's way.
//
// What a look can miss: a change that was undone before the next look; and, in a system that stamps files
// only every few milliseconds, a second change with the same stamp. So a stamp counts once it is older than
// the system's tick: then whatever comes later has another one.
//
// Thread safety: a FileWatcher, see s7_watch_file.hpp. The looks are made on the blocking pool.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#include "ch01_processes_threads/s7_watch_file.hpp"

namespace ch01 {

// What tells one state of a file from another.
struct FileStamp {
  std::int64_t modified_ns = 0;
  ino_t file = 0;  // another one, if it was replaced
  off_t size = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct FileLook {
  std::optional<FileStamp> stamp;  // nothing: there is no such file
  bool is_settled = false;         // a later change will have another stamp
};

// Whether a change from now on will have another stamp, by the system's tick before the look and after it.
[[nodiscard]] constexpr bool is_settled(std::int64_t modified_ns, std::int64_t before_ns,
                                        std::int64_t after_ns) {
  return modified_ns < before_ns || modified_ns > after_ns;  // one in the future: what comes gets the present
}

// Blocks.
[[nodiscard]] IoResult<FileLook> look_at(const std::string& path);

[[nodiscard]] Async<IoResult<void>> poll_file(std::string path, watch::Sender<Count> changes);

}  // namespace ch01
