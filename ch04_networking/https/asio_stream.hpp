// asio_stream.hpp -- AsioStream: a CustomStream as Asio wants it: an AsyncReadStream and AsyncWriteStream.
//
// So everything that is written for "any stream" works on it, Beast above all. async_read_some polls
// poll_read, and async_write_some polls poll_write and poll_flush: its handler may count on the bytes having
// left.
//
// Thread safety and wakers: as CustomStream. Lifetime: outlives its operations, and stays in its place
//   meanwhile.
// Errors: eof where the other side has ended; what the system refused under its own number; all else as
//   fault, and failure() says what it was.
#pragma once

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "ch04_networking/https/custom_stream.hpp"
#include "ch04_networking/https/polled_context.hpp"

namespace ch04 {

class AsioStream {
 public:
  using executor_type = PolledContext::Executor;

  AsioStream(PolledContext& context, CustomStream stream) : context_(&context), stream_(std::move(stream)) {}

  [[nodiscard]] executor_type get_executor() const noexcept { return context_->executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return begin(std::forward<Token>(token),
                 [this, into = first_of(buffers)](async::Context& cx) { return poll_read(cx, into); });
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return begin(std::forward<Token>(token),
                 [this, bytes = Outgoing(buffers), written = std::optional<Count>()](
                     async::Context& cx) mutable { return poll_write(cx, bytes.span(), written); });
  }

  [[nodiscard]] CustomStream& stream() { return stream_; }
  // Why the last operation failed that did.
  [[nodiscard]] const std::optional<IoError>& failure() const { return failure_; }

 private:
  using Count = IoResult<std::size_t>;
  struct Answer {
    boost::system::error_code error;
    std::size_t count;
  };

  // Of several buffers the first that is not empty: "some" may always be less than all.
  template <class Buffers>
  static std::span<std::byte> first_of(const Buffers& buffers) {
    for (auto each = asio::buffer_sequence_begin(buffers); each != asio::buffer_sequence_end(buffers);
         ++each) {
      if (const asio::mutable_buffer buffer(*each); buffer.size() != 0)
        return {static_cast<std::byte*>(buffer.data()), buffer.size()};
    }
    return {};
  }

  // What is written at once. Several buffers (Beast gives a request line by line) are put together first:
  // each alone would become a TLS record and a packet of its own.
  class Outgoing {
   public:
    template <class Buffers>
    explicit Outgoing(const Buffers& buffers) {
      const auto first = asio::buffer_sequence_begin(buffers);
      if (first == asio::buffer_sequence_end(buffers)) return;
      if (std::next(first) == asio::buffer_sequence_end(buffers)) {
        const asio::const_buffer only(*first);
        borrowed_ = {static_cast<const std::byte*>(only.data()), only.size()};
        return;
      }
      together_.resize(std::min(asio::buffer_size(buffers), kTogether));
      asio::buffer_copy(asio::buffer(together_), buffers);
    }
    [[nodiscard]] std::span<const std::byte> span() const {
      return together_.empty() ? borrowed_ : std::as_bytes(std::span(together_));
    }

   private:
    static constexpr std::size_t kTogether = 16 * 1024;  // as much as a TLS record holds
    std::span<const std::byte> borrowed_;
    std::vector<char> together_;
  };

  // An operation of this stream: polls until there is an answer, and gives that to the handler.
  template <class PollAnswer, class Handler>
  class Operation : public PendingOperation {
   public:
    Operation(PollAnswer poll_answer, Handler handler)
        : poll_answer_(std::move(poll_answer)), handler_(std::move(handler)) {}

    bool poll(async::Context& cx) override {
      auto answer = poll_answer_(cx);
      if (answer.is_ready()) answer_.emplace(std::move(answer).value());
      return answer_.has_value();
    }
    void complete() override { std::move(handler_)(answer_->error, answer_->count); }

   private:
    PollAnswer poll_answer_;
    Handler handler_;
    std::optional<Answer> answer_;
  };

  template <class Token, class PollAnswer>
  auto begin(Token&& token, PollAnswer poll_answer) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [context = context_](auto&& handler, auto poll_it) {
          using Handler = std::decay_t<decltype(handler)>;
          using Made = Operation<decltype(poll_it), Handler>;
          const auto executor = asio::get_associated_executor(handler, context->executor());
          static_assert(
              std::is_same_v<decltype(executor), const executor_type>,
              "the handlers of our streams are called by the future that polls them, on no other executor");
          executor.operations().begin(
              std::make_unique<Made>(std::move(poll_it), std::forward<decltype(handler)>(handler)));
        },
        token, std::move(poll_answer));
  }

  async::Poll<Answer> poll_read(async::Context& cx, std::span<std::byte> into) {
    auto count = stream_.poll_read(cx, into);
    if (count.is_pending()) return async::Pending();
    if (count.value() && *count.value() == 0 && !into.empty())
      return async::Ready(Answer{asio::error::eof, 0});
    return async::Ready(answer_of(count.value()));
  }
  // `written`: what an earlier poll of the same operation has written, but not flushed.
  async::Poll<Answer> poll_write(async::Context& cx, std::span<const std::byte> bytes,
                                 std::optional<Count>& written) {
    if (!written) {
      auto count = stream_.poll_write(cx, bytes);
      if (count.is_pending()) return async::Pending();
      written.emplace(std::move(count).value());
    }
    if (!*written) return async::Ready(answer_of(*written));
    auto flushed = stream_.poll_flush(cx);
    if (flushed.is_pending()) return async::Pending();
    if (!flushed.value()) written.emplace(std::unexpect, flushed.value().error());
    return async::Ready(answer_of(*written));
  }

  Answer answer_of(const Count& count) {
    if (count) return {{}, *count};
    failure_ = count.error();
    const std::error_code code = count.error().code();
    // Boost has categories of its own: only the system's numbers mean the same in both.
    if (code.category() == std::generic_category() || code.category() == std::system_category())
      return {{code.value(), boost::system::system_category()}, 0};
    return {asio::error::fault, 0};
  }

  PolledContext* context_;
  CustomStream stream_;
  std::optional<IoError> failure_;
};

}  // namespace ch04
