// s6_driver.cpp -- the driver's thread, and how one waits for it.
#include "ch04_networking/s6_driver.hpp"

#include "common/base/check.hpp"

namespace ch04 {

Driver::Driver() : thread_(base::Bystander{}, [this] { run(); }) {}

Driver::~Driver() {
  ASYNC_CHECK(sockets() == 0, "a driver is destroyed after its sockets");
  end_.ring();
}

void Driver::run() {
  os::Events events(256);
  std::vector<Waker> to_wake;
  for (;;) {
    poll_.poll(events, std::nullopt);
    for (const os::Event event : events) {
      if (event.token() == kEnd) return;
    }
    wake_told(events, to_wake);
    // Without the lock: a waker may run code of an executor, or end a task and its sockets.
    for (Waker& waker : to_wake) std::move(waker).wake();
    to_wake.clear();
  }
}

void Driver::wake_told(const os::Events& events, std::vector<Waker>& to_wake) {
  const auto tell = [&to_wake](Waiting& waiting) {
    if (std::exchange(waiting.waits, false)) {
      to_wake.push_back(std::move(waiting.waker));
    } else {
      waiting.was_told = true;
    }
  };
  auto table = table_.lock();
  for (const os::Event event : events) {
    const auto at = table->entries.find(event.token().value);
    if (at == table->entries.end()) continue;  // it was closed while its event was on the way
    if (event.is_readable()) tell(at->second.read);
    if (event.is_writable()) tell(at->second.write);
  }
}

IoResult<os::Token> Driver::add(int fd) {
  os::Token token = kEnd;
  {
    auto table = table_.lock();
    token = os::Token(++table->last_number);
    table->entries.try_emplace(token.value);
  }
  // The entry is there before the first event can be.
  const auto registered = poll_.register_fd(fd, token, os::Interest::readable() | os::Interest::writable());
  if (registered) return token;
  table_.lock()->entries.erase(token.value);
  return std::unexpected(registered.error());
}

void Driver::remove(os::Token token, int fd) {
  (void)poll_.deregister_fd(fd);
  // Without the lock: its wakers may be a task's last references.
  decltype(Table::entries)::node_type dropped;
  auto table = table_.lock();
  dropped = table->entries.extract(token.value);
}

void Driver::clear(os::Token token, Direction direction) {
  Waker dropped;  // without the lock
  auto table = table_.lock();
  Waiting& waiting = table->entries.at(token.value).of(direction);
  // Also the waker of its last poll: the task may be another one by now, and an event would wake the old one.
  std::swap(waiting.waker, dropped);
  waiting.waits = waiting.was_told = false;
}

bool Driver::wait(os::Token token, Direction direction, const Waker& newest) {
  Waker kept = newest.clone();  // what it replaces is dropped without the lock
  auto table = table_.lock();
  Waiting& waiting = table->entries.at(token.value).of(direction);
  if (waiting.was_told) return false;
  std::swap(waiting.waker, kept);
  waiting.waits = true;
  return true;
}

IoResult<Socket> Socket::add(Driver& driver, base::Descriptor descriptor) {
  const auto token = driver.add(descriptor.get());
  if (!token) return std::unexpected(token.error());
  return Socket(driver, *token, std::move(descriptor));
}

Async<IoResult<Socket>> Socket::connect(Driver& driver, SocketAddress address) {
  auto started = start_connecting(address);
  if (!started) co_return std::unexpected(started.error());
  auto socket = add(driver, *std::move(started));
  if (!socket) co_return std::unexpected(socket.error());
  const auto connected = co_await socket->operation(Driver::Direction::write, &try_finish_connecting);
  if (!connected) {
    co_return std::unexpected(IoError(connected.error().code(), "connect to " + address.to_string()));
  }
  co_return std::move(*socket);
}

Async<IoResult<void>> Socket::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = co_await write(bytes);
    if (!count) co_return std::unexpected(count.error());
    bytes.remove_prefix(*count);
  }
  co_return IoResult<void>();
}

}  // namespace ch04
