// s2_key_source.cpp -- what a script and a terminal wait for.
#include "ch06_reactive/s2_key_source.hpp"

#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "common/future/block_on.hpp"
#include "common/future/select.hpp"
#include "common/time/sleep.hpp"

namespace ch06 {

std::optional<Key> ScriptedKeys::next() {
  // acquire: pairs with the release in stop(); nothing but the flag is published.
  while (played_ < plays_.size() && !is_stopped_.load(base::acquire)) {
    const Play& play = plays_[played_++];
    if (play.is_key()) return play.key;
    block_on(select([this] { return stopped_.notified(); }, sleep(play.pause)));
  }
  return std::nullopt;
}

void ScriptedKeys::stop() noexcept {
  is_stopped_.store(true, base::release);  // pairs with the acquire in next()
  stopped_.notify_one();
}

std::expected<std::unique_ptr<KeySource>, std::string> TerminalKeys::open(int descriptor) {
  base::Descriptor stopped(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stopped) {
    const std::error_code why(errno, std::generic_category());
    return std::unexpected("an event descriptor could not be made: " + why.message());
  }
  auto raw = RawTerminal::open(descriptor);
  if (!raw) return std::unexpected(std::move(raw.error()));
  return std::unique_ptr<KeySource>(new TerminalKeys(descriptor, std::move(stopped), *std::move(raw)));
}

TerminalKeys::TerminalKeys(int descriptor, base::Descriptor stopped, std::unique_ptr<RawTerminal> raw)
    : descriptor_(descriptor), stopped_(std::move(stopped)), raw_(std::move(raw)) {}

std::optional<Key> TerminalKeys::next() {
  for (;;) {
    while (first_ != last_) {
      if (auto key = decoder_.feed(read_[first_++])) return key;
    }
    switch (wait()) {
      case Input::over: return std::nullopt;
      case Input::pause:
        if (auto key = decoder_.flush()) return key;
        break;
      case Input::some:
        if (!read_some()) return std::nullopt;
        break;
    }
  }
}

void TerminalKeys::stop() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stopped_.get(), &one, sizeof one);
}

TerminalKeys::Input TerminalKeys::wait() const {
  // A sequence comes in one go. What has stood alone for so long was the key Escape. Of the terminal's own time: no
  // clock of ours divides it.
  constexpr int kSequenceMilliseconds = 50;
  std::array<pollfd, 2> ready{{{stopped_.get(), POLLIN, 0}, {descriptor_, POLLIN, 0}}};
  for (;;) {
    const int count = ::poll(ready.data(), ready.size(), decoder_.is_inside() ? kSequenceMilliseconds : -1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 || ready[0].revents != 0) return Input::over;
    return count == 0 ? Input::pause : Input::some;
  }
}

// False: it has hung up.
bool TerminalKeys::read_some() {
  const ssize_t size = ::read(descriptor_, read_.data(), read_.size());
  if (size < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  first_ = 0;
  last_ = size > 0 ? static_cast<std::size_t>(size) : 0;
  return size > 0;
}

}  // namespace ch06
