// s11_ordered_log.hpp -- one queue, one writer: the file has the entries in the order of the calls.
// after: s10_audit_log.hpp
//
// The order is made where a call puts its entry into the queue; from there on one task takes them out, one
// after the other. The file belongs to that task alone: there is no lock to try.
//
// Thread safety: write_log from any thread, on clones of the sender or on one.
// Errors: the writer ends at the first entry that cannot be written, says why and how many are lost with it,
//   and every later write_log says that nobody writes any more.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <utility>

#include "common/channel/channel.hpp"
#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"

#include "ch02_futures/s10_log_file.hpp"

namespace ch02::ordered {

using namespace async;
using demo::println;

// Until the last sender is gone. How many entries were written.
inline Async<std::expected<std::size_t, std::string>> write_entries(Receiver<std::string> entries,
                                                                    LogFile file) {
  std::size_t written = 0;
  for (;;) {
    const auto entry = co_await entries.recv_async();
    if (!entry) co_return written;
    const auto appended = file.append(*entry);
    if (!appended) {
      entries.close();  // nobody may add to those that are lost
      co_return std::unexpected(appended.error() + "; entries lost: " + std::to_string(1 + entries.len()));
    }
    println("written for: ", *entry);
    ++written;
  }
}

// Never waits: the entry is in the queue when it returns.
[[nodiscard]] inline std::expected<void, std::string> write_log(const Sender<std::string>& log,
                                                                std::string line) {
  if (line.contains('\n')) return std::unexpected("an entry is one line, and this one has several: " + line);
  const auto sent = log.try_send(std::move(line));
  if (!sent) return std::unexpected("not written, the log's writer has ended: " + sent.error().value());
  return {};
}

bool ordered_log_demo(const demo::Options& options);

}  // namespace ch02::ordered
