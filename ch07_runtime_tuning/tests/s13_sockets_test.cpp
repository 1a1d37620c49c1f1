// s13_sockets_test.cpp -- a message by UDP, a stream by path and by pair, and what a wrong path gives.
#include "ch07_runtime_tuning/s13_sockets.hpp"

#include <gtest/gtest.h>

#include "common/demo/temporary_folder.hpp"
#include "common/io/udp_socket.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(SocketsTest, EachKind_CarriesItsMessage_OnEitherRuntime) {
  const Deadline deadline("a message never came");
  const demo::TemporaryFolder folder;
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    EXPECT_EQ(run_async_main(ping_by_udp(), flavor).value(), "pong for ping");
    EXPECT_EQ(run_async_main(echo_by_unix_socket(folder.path_of("socket")), flavor).value(),
              "echo of a socket file");
    EXPECT_EQ(run_async_main(echo_by_pair(), flavor).value(), "both ends here");
  }
}

TEST(SocketsTest, FolderThatIsNotThere_IsAnErrorWithThePath) {
  const auto answer =
      run_async_main(echo_by_unix_socket("/no/such/folder/a.socket"), RuntimeFlavor::current_thread);
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().is(std::errc::no_such_file_or_directory));
  EXPECT_NE(answer.error().message().find("/no/such/folder/a.socket"), std::string::npos);
}

Async<std::size_t> cut_message() {
  auto here = UdpSocket::bind("127.0.0.1:0");
  auto there = UdpSocket::bind("127.0.0.1:0");
  const SocketAddress to = there->local_address().value();
  (void)co_await here->send_to("ten bytes!", to);
  std::array<std::byte, 4> buffer;
  const auto first = co_await there->recv_from(buffer);
  (void)co_await here->send_to("two", to);
  const auto second = co_await there->recv_from(buffer);
  co_return first->first * 10 + second->first;
}

// Question: a message of ten bytes is received into a buffer of four. What does the next receive get?
// Predict: the other six, as from a stream? Break in `ReceiveFromAttempt`.
TEST(SocketsTest, DatagramThatIsTooLong_IsCut_AndItsRestIsGone) {
  const Deadline deadline("a datagram never came");
  EXPECT_EQ(run_async_main(cut_message(), RuntimeFlavor::current_thread), 43u);
}

}  // namespace
}  // namespace ch07
