// sockets_test.cpp -- the system calls: done, would block, or failed with a reason.
#include "ch04_networking/sockets.hpp"

#include <gtest/gtest.h>
#include <limits>

#include "ch04_networking/tests/connected.hpp"

namespace ch04::tests {
namespace {

TEST(SocketsTest, NothingToReadOrAccept_IsNoError) {
  const Connected both;
  std::array<char, 8> buffer;
  const auto read = try_read(both.here.get(), buffer);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->has_value());
  const Listening listening;
  const auto accepted = try_accept(listening.listener.get());
  ASSERT_TRUE(accepted);
  EXPECT_FALSE(accepted->has_value());
}

TEST(SocketsTest, FullSocket_IsNoError) {
  const Connected both;
  for (;;) {
    const auto written = try_write(both.here.get(), std::string(4096, 'x'));
    ASSERT_TRUE(written);
    if (!*written) break;
  }
}

TEST(SocketsTest, WriteToNobody_IsAnErrorAndNoSignal) {
  Connected both;
  both.there.reset();
  EXPECT_TRUE(try_write(both.here.get(), "x").error().is(std::errc::broken_pipe));
}

TEST(SocketsTest, PortInUse_IsToldWithTheAddress) {
  const Listening listening;
  EXPECT_EQ(listen_on(listening.address).error().message(),
            "listen on " + listening.address.to_string() + ": Address already in use");
}

TEST(SocketsTest, NoDescriptors_IsExhaustion_AndOtherErrorsAreNot) {
  const Listening listening;
  const base::Descriptor client = connect_to(listening.address);
  wait_for(listening.listener.get(), POLLIN);
  {
    const NoDescriptors none;
    EXPECT_TRUE(is_exhaustion(try_accept(listening.listener.get()).error()));
  }
  EXPECT_TRUE(try_accept(listening.listener.get())->has_value()) << "it has waited";
  EXPECT_FALSE(is_exhaustion(try_accept(client.get()).error()));
}

TEST(SocketsTest, MoreDescriptorsThanAllowed_AreToldWithTheLimit) {
  EXPECT_TRUE(allow_descriptors(16));
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max == RLIM_INFINITY) GTEST_SKIP() << "there is no limit here";
  const auto allowed = allow_descriptors(limit.rlim_max + 1);
  ASSERT_FALSE(allowed);
  EXPECT_NE(allowed.error().message().find(std::to_string(limit.rlim_max) + " are allowed"),
            std::string::npos);
}

}  // namespace
}  // namespace ch04::tests
