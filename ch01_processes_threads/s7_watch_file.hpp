// s7_watch_file.hpp -- a file is watched: one task signals each change, another one prints the contents.
//
// There are two ways to find out, and they look the same from outside: FileWatcher. The book's asks again
// and again (s7_polling.hpp); the other one is told (s7_inotify.hpp). What goes through the watch channel
// is how many changes there were. Whoever is slow sees the newest contents, once.
//
// Thread safety: as any future; inside a runtime.
#pragma once

#include <cstdint>
#include <string>

#include "common/channel/watch.hpp"
#include "common/future/async.hpp"
#include "common/io/io_error.hpp"

namespace ch01 {

using namespace async;

using Count = std::uint64_t;

// Adds one at each change, and at the start if the file is there. A file that is missing is waited for; one
// that is replaced, or removed and made again, has changed. Runs until it is dropped; if nobody receives
// any more, to the next change at the latest.
// Errors: IoError, where nothing can be watched.
using FileWatcher = Async<IoResult<void>> (*)(std::string path, watch::Sender<Count> changes);

// The book's main: prints the contents at each change, or why they cannot be read, and counts what it has
// printed. A file that is gone again is no error: the next one is waited for. Ends with the watcher.
[[nodiscard]] Async<> print_changes(std::string path, watch::Receiver<Count> changes,
                                    watch::Sender<Count> printed);

}  // namespace ch01
