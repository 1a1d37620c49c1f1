// demos.hpp -- the functions of this chapter's demos; each stands in the .cpp file of its step.
#pragma once

#include "common/demo/demo.hpp"

namespace ch04 {

// With Boost and OpenSSL; else s1_missing.cpp has them.
bool https_get_demo(const async::demo::Options& options);
bool https_errors_demo(const async::demo::Options& options);
bool without_executor_demo(const async::demo::Options& options);

bool poll_demo(const async::demo::Options& options);
bool server_future_demo(const async::demo::Options& options);
bool message_server_demo(const async::demo::Options& options);
bool http_server_demo(const async::demo::Options& options);
bool http_load_demo(const async::demo::Options& options);
bool datagrams_demo(const async::demo::Options& options);

}  // namespace ch04
