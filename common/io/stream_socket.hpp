// stream_socket.hpp -- StreamSocket: what a TCP stream and a Unix stream have in common; and their halves.
//
//   auto [reader, writer] = stream.split();                  // both borrow the stream
//   auto [reader, writer] = std::move(stream).into_split();  // each owns a half, and may go to a task of its
//   own
//
// Dropping an owned write half ends the stream for the peer's reader, as shutdown() does; the descriptor is
// closed with the second half.
//
// Thread safety: as bytes.hpp: one reader and one writer at the same time. Closing: alone.
// Lifetime: borrowed halves: the stream outlives them and stays in its place. Operations: see bytes.hpp.
#pragma once

#include <memory>
#include <utility>

#include "common/io/bytes.hpp"
#include "common/io/socket.hpp"

namespace async::inline ASYNC_FLAVOUR {

enum class Shutdown { read = SHUT_RD, write = SHUT_WR, both = SHUT_RDWR };

template <class Stream>
class ReadHalf : public ReadsBytes<ReadHalf<Stream>, typename Stream::Io> {
 public:
  explicit ReadHalf(Stream& stream) : stream_(&stream) {}
  [[nodiscard]] detail::Registration& registration() { return stream_->registration(); }

 private:
  Stream* stream_;
};

template <class Stream>
class WriteHalf : public WritesBytes<WriteHalf<Stream>, typename Stream::Io> {
 public:
  explicit WriteHalf(Stream& stream) : stream_(&stream) {}
  [[nodiscard]] detail::Registration& registration() { return stream_->registration(); }
  IoResult<void> shutdown() { return stream_->shutdown(); }

 private:
  Stream* stream_;
};

template <class Stream>
class OwnedWriteHalf : public WritesBytes<OwnedWriteHalf<Stream>, typename Stream::Io> {
 public:
  explicit OwnedWriteHalf(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  OwnedWriteHalf(OwnedWriteHalf&& other) noexcept = default;
  OwnedWriteHalf& operator=(OwnedWriteHalf&& other) noexcept {
    OwnedWriteHalf replaced(std::exchange(stream_, std::move(other.stream_)));
    return *this;
  }
  ~OwnedWriteHalf() {
    if (stream_ != nullptr) (void)stream_->shutdown();
  }

  [[nodiscard]] detail::Registration& registration() { return stream_->registration(); }
  [[nodiscard]] const Stream& stream() const { return *stream_; }

  // Lets go without ending the stream for the peer.
  void forget() { stream_.reset(); }

 private:
  template <class>
  friend class OwnedReadHalf;
  std::shared_ptr<Stream> stream_;
};

// Gives both halves back.
template <class ReadPart, class WritePart>
struct ReuniteError {
  ReuniteError(ReadPart read_, WritePart write_) : read(std::move(read_)), write(std::move(write_)) {}
  [[nodiscard]] static std::string message() { return "these two are not the halves of one stream"; }

  ReadPart read;
  WritePart write;
};

template <class Stream>
class OwnedReadHalf : public ReadsBytes<OwnedReadHalf<Stream>, typename Stream::Io> {
 public:
  using Write = OwnedWriteHalf<Stream>;
  using Reunited = std::expected<Stream, ReuniteError<OwnedReadHalf, Write>>;

  explicit OwnedReadHalf(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}

  [[nodiscard]] detail::Registration& registration() { return stream_->registration(); }
  [[nodiscard]] const Stream& stream() const { return *stream_; }

  auto peek(std::span<std::byte> into) { return stream_->peek(into); }

  // The whole stream again, if the two belong together.
  [[nodiscard]] Reunited reunite(Write write) && {
    if (stream_ != write.stream_) return Reunited(std::unexpect, std::move(*this), std::move(write));
    write.forget();
    const auto stream = std::move(stream_);
    return std::move(*stream);
  }

 private:
  std::shared_ptr<Stream> stream_;
};

namespace detail {

class PeekAttempt {
 public:
  using Output = IoResult<std::size_t>;
  static constexpr auto kDirection = Direction::read;

  explicit PeekAttempt(std::span<std::byte> into) : into_(into) {}

  std::optional<Output> operator()(IoTrial& trial) {
    const auto tried = trial.call([&](int fd) { return ::recv(fd, into_.data(), into_.size(), MSG_PEEK); });
    if (tried.would_block()) return std::nullopt;
    if (tried.has_failed()) return io_failure(tried.code(), "peek");
    return Output(tried.count());  // never short: all of it is still there
  }

 private:
  std::span<std::byte> into_;
};

}  // namespace detail

template <class Self, class AddressType, class IoType>
class StreamSocket : public ReadsBytes<Self, IoType>, public WritesBytes<Self, IoType> {
 public:
  using Address = AddressType;
  using Io = IoType;  // bytes.hpp
  using OwnedRead = OwnedReadHalf<Self>;
  using OwnedWrite = OwnedWriteHalf<Self>;

  // As read, but the bytes stay: the next read gets them again.
  auto peek(std::span<std::byte> into) {
    return detail::IoOperation<detail::PeekAttempt>(source_.registration(), into);
  }

  // Ends one direction, or both. The peer reads what was written before, and then the end.
  IoResult<void> shutdown(Shutdown how = Shutdown::write) {
    if (::shutdown(source_.fd(), static_cast<int>(how)) != 0)
      return detail::io_failure(detail::last_error(), "shut down a stream");
    return {};
  }

  [[nodiscard]] IoResult<Address> local_address() const {
    return detail::local_address_of<Address>(source_.fd());
  }
  [[nodiscard]] IoResult<Address> peer_address() const {
    return detail::peer_address_of<Address>(source_.fd());
  }

  [[nodiscard]] std::pair<ReadHalf<Self>, WriteHalf<Self>> split() {
    auto& self = static_cast<Self&>(*this);
    return {ReadHalf<Self>(self), WriteHalf<Self>(self)};
  }
  [[nodiscard]] std::pair<OwnedRead, OwnedWrite> into_split() && {
    const auto shared = std::make_shared<Self>(std::move(static_cast<Self&>(*this)));
    return {OwnedRead(shared), OwnedWrite(shared)};
  }

  [[nodiscard]] int fd() const { return source_.fd(); }
  [[nodiscard]] detail::Registration& registration() { return source_.registration(); }

 protected:
  explicit StreamSocket(IoSource source) : source_(std::move(source)) {}
  ~StreamSocket() = default;
  StreamSocket(StreamSocket&&) noexcept = default;
  StreamSocket& operator=(StreamSocket&&) noexcept = default;

 private:
  IoSource source_;
};

}  // namespace async::inline ASYNC_FLAVOUR
