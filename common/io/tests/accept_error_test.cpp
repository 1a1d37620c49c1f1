// accept_error_test.cpp -- which errors of accept() concern one connection, which all, and which end the loop.
#include "common/io/accept_error.hpp"

#include <gtest/gtest.h>

namespace {

using namespace async;

TEST(AcceptErrorTest, OneConnectionsError_IsNoExhaustion_AndTheRestIsNeither) {
  for (const int error : {ECONNABORTED, EPROTO, EPERM, ENETDOWN, EHOSTUNREACH}) {
    EXPECT_TRUE(detail::is_of_one_connection(error)) << error;
    EXPECT_FALSE(detail::is_exhaustion(error)) << error;
  }
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    EXPECT_TRUE(detail::is_exhaustion(error)) << error;
    EXPECT_FALSE(detail::is_of_one_connection(error)) << error;
  }
  for (const int error : {EBADF, EINVAL, ENOTSOCK}) {
    EXPECT_FALSE(detail::is_of_one_connection(error) || detail::is_exhaustion(error)) << error;
  }
}

}  // namespace
