// split_message.cpp -- demo: a message in two segments, in the book's way and in ours.
#include "ch10_std_server/faults/split_message.hpp"

#include <cstdio>
#include <memory>
#include <span>
#include <string>

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/s3_frame_receiver.hpp"
#include "ch10_std_server/s3_sender.hpp"

namespace ch10::faults {
namespace {

const Data kMessage{1, 1, "Hello, server! 1"};
constexpr std::size_t kFirstSegment = 13;

std::string why(Data::Error error) { return std::string(to_string(error)); }
std::string why(const std::string& error) { return error; }

// Polls a receiver with nothing there, after the first segment, and after the second; says what it made of it.
template <class Receiver>
std::string receive_two_segments(Receiver& receiver, PlainClient& client) {
  Context cx(Waker::noop());
  const auto bytes = bytes_of(kMessage);
  const std::span all(bytes);
  auto received = receiver.poll(cx);
  if (received.is_pending()) {
    client.send(all.first(kFirstSegment));
    received = receiver.poll(cx);
    std::printf("  after %zu of %zu bytes: %s\n", kFirstSegment, all.size(),
                received.is_pending() ? "waits for more" : "takes that for the message");
  }
  client.send(all.subspan(kFirstSegment));
  if (received.is_pending()) received = receiver.poll(cx);
  if (received.is_pending()) return "still waits";
  return received.value() ? received.value()->debug_string() : why(received.value().error());
}

}  // namespace

bool split_message_demo(const DemoOptions&) {
  const auto executor = make_executor(ExecutorKind::polling);
  Context cx(Waker::noop());

  std::printf("the book's way: what is there is the message\n");
  auto [book_end, book_client_end] = socket_pair();
  PlainClient book_client(std::move(book_client_end));
  Socket book_socket(std::move(book_end));
  HastyReceiver hasty(*executor, book_socket);
  const std::string book = receive_two_segments(hasty, book_client);
  std::printf("  decoded: %s\n", book.c_str());
  // It goes on as if all were well: the reply does not depend on what was decoded.
  (void)TcpSender(*executor, book_socket, std::as_bytes(std::span(kReply))).poll(cx);
  ::shutdown(book_socket.descriptor.get(), SHUT_WR);
  const std::string told = book_client.receive_to_end("the reply of the book's server");
  std::printf("  the client is told: %s\n", told.c_str());

  std::printf("ours: the header says how long the message is\n");
  auto [our_end, our_client_end] = socket_pair();
  PlainClient our_client(std::move(our_client_end));
  Socket our_socket(std::move(our_end));
  const bool stopping = false;
  // On the heap: g++ 12 with AddressSanitizer warns, wrongly, of the receiver's empty optional on a stack.
  const auto receiver =
      std::make_unique<FrameReceiver>(*executor, our_socket, 65536, Clock::duration::zero(), stopping);
  const std::string ours = receive_two_segments(*receiver, our_client);
  std::printf("  decoded: %s\n", ours.c_str());
  return verdict(book == why(Data::Error::truncated) && told == kReply, ours != kMessage.debug_string());
}

}  // namespace ch10::faults
