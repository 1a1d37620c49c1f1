// s7_inotify.hpp -- inotify_file: is told by the system when the file was written. No look in vain.
//
// Watched is the folder, not the file: so a file that is not there yet can be waited for, and one that is
// replaced by another one is seen too. Events come through a descriptor, and the reactor watches that, as
// any socket.
//
// A change is: somebody has closed it who had it open for writing, or another file was given its name. So a
// file that is being written is not read half. (The poller sees each write, and may see half of one.) A
// second name that link() gives to another file is not seen; nor is what is written through a symbolic link:
// that happens in another folder.
//
// Thread safety: one task.
// Errors: IoError: there is no such folder, or it is gone again; the user's watches are used up (ENOSPC).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <sys/types.h>
#include <unistd.h>
#include <utility>

#include "common/io/bytes.hpp"
#include "common/io/io_source.hpp"

#include "ch01_processes_threads/s7_watch_file.hpp"

namespace ch01 {

struct InotifyBytes {
  // As many events as fit: there may be more.
  static constexpr bool kShortReadMeansEmpty = false;

  static ssize_t read(int fd, std::span<std::byte> into) { return ::read(fd, into.data(), into.size()); }
};

// The changes in one folder.
class Inotify : public ReadsBytes<Inotify, InotifyBytes> {
 public:
  // With the calling thread's reactor.
  [[nodiscard]] static IoResult<Inotify> watch_folder(const std::string& folder);

  // For read(): at least one event, each with its header (inotify(7)).
  [[nodiscard]] async::detail::Registration& registration() { return source_.registration(); }

 private:
  explicit Inotify(IoSource source) : source_(std::move(source)) {}

  IoSource source_;
};

// What a few events say of the file of this name.
enum class FileNews { none, changed, folder_is_gone };
[[nodiscard]] FileNews news_of(std::span<const std::byte> events, const std::string& name);

[[nodiscard]] Async<IoResult<void>> inotify_file(std::string path, watch::Sender<Count> changes);

}  // namespace ch01
