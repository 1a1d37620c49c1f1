// accept_error.hpp -- what an error of accept() is about: one connection, or all that a process may have open.
//
// From accept(2) and Linux's own list: a connection may bring its error of the network along.
// Thread safety: any thread.
#pragma once

#include <cerrno>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// It was in the queue and is gone again, or never could have been used: the next one's turn.
[[nodiscard]] constexpr bool is_of_one_connection(int error) {
  switch (error) {
    case ECONNABORTED:
    case EPROTO:
    case EPERM:  // a firewall's word
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case ENOPROTOOPT: return true;
    default: return false;
  }
}

// There are connections, and no descriptor or memory for them: later.
[[nodiscard]] constexpr bool is_exhaustion(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace async::inline ASYNC_FLAVOUR::detail
