// s2_without_executor.hpp -- 4.2: the same GET on what Asio brings with it, whose loop nobody runs.
//
// after: s1_https_get.hpp
//
// The book's first try: "there is no reactor running". A socket of Asio belongs to an io_context. That has
// an epoll of its own, but no thread: somebody has to call its run(). Nobody here does, and our runtime knows
// nothing of it: the operation would wait for ever. AsFuture notices, see as_future.hpp.
#pragma once

#include "ch04_networking/https/https_get.hpp"
#include "ch04_networking/s1_https_get.hpp"
