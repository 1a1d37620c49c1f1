// s2_without_executor.hpp -- 4.2: the same GET on what Asio brings with it, whose loop nobody runs.
// after: s1_https_get.hpp
//
// The book's first try: "there is no reactor running". A socket of Asio belongs to an io_context. That has
// an epoll of its own, but no thread: somebody has to call its run(). Nobody here does, and our runtime knows
// nothing of it: the operation would wait for ever. AsFuture notices, see as_future.hpp.
//
// Thread safety: as any future. Errors: throws NoExecutor (as_future.hpp).
#pragma once

#include "ch04_networking/https/https_get.hpp"

namespace ch04 {

// Asio's own socket on its own io_context. It stands in https_get.cpp, with the exchange that it shares.
[[nodiscard]] Async<IoResult<HttpReply>> https_get_without_executor(SocketAddress server, Uri uri);

}  // namespace ch04
