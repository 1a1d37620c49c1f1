// resent_bytes.cpp -- demo: a message that the socket takes in parts, in the book's way and in ours.
#include "ch10_std_server/faults/resent_bytes.hpp"

#include <array>
#include <cstdio>
#include <vector>

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/s3_sender.hpp"

namespace ch10::faults {
namespace {

constexpr std::size_t kBytes = 65536;

std::size_t receive_what_is_there(int descriptor) {
  std::array<std::byte, 4096> chunk;
  std::size_t received = 0;
  for (;;) {
    const ssize_t size = ::recv(descriptor, chunk.data(), chunk.size(), 0);
    if (size <= 0) return received;
    received += static_cast<std::size_t>(size);
  }
}

struct Sent {
  bool finished = false;
  std::size_t received = 0;
};

// By hand, in turn: the sender is polled, the peer takes all that is there. Until the sender has finished, or
// the peer has more than there is.
template <class Sender>
Sent send_in_turn() {
  auto [near_end, far_end] = socket_pair(4096);
  const auto executor = make_executor(ExecutorKind::polling);
  Socket socket(std::move(near_end));
  const std::vector<std::byte> message(kBytes);
  Sender sender(*executor, socket, message);
  Context cx(Waker::noop());
  Sent sent;
  while (!sent.finished && sent.received <= kBytes) {
    sent.finished = sender.poll(cx).is_ready();
    sent.received += receive_what_is_there(far_end.get());
  }
  return sent;
}

bool print(const DemoOptions& options, const Sent& sent) {
  const bool whole = sent.finished && sent.received == kBytes;
  std::printf("  a message of %zu bytes; the peer received %s, and the sender has finished: %s\n", kBytes,
              whole ? "65536" : shown(options, sent.received, "<n>").c_str(), yes_or_no(sent.finished));
  return whole;
}

}  // namespace

bool resent_bytes_demo(const DemoOptions& options) {
  std::printf("the book's way: from the first byte, each time\n");
  const Sent book = send_in_turn<RestartingSender>();
  print(options, book);
  std::printf("ours: from where the last try ended\n");
  const bool whole = print(options, send_in_turn<TcpSender>());
  return verdict(!book.finished && book.received > kBytes, !whole);
}

}  // namespace ch10::faults
