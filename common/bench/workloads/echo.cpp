// echo.cpp -- a server that sends back what it gets, for a load generator in another process.
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "common/bench/workload.hpp"
#include "common/io/tcp_listener.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

Async<void> send_back(TcpStream stream) {
  (void)stream.set_nodelay(true);
  std::array<std::byte, 4096> buffer;
  for (;;) {
    const auto count = co_await stream.read(buffer);
    if (!count || *count == 0) co_return;
    const auto sent = co_await stream.write_all(std::span(buffer).first(*count));
    if (!sent) co_return;
  }
}

[[noreturn]] void give_up(const IoError& error) {
  std::fprintf(stderr, "bench: %s\n", error.message().c_str());
  std::_Exit(1);
}

Async<Figures> accept_for_ever() {
  auto listener = TcpListener::bind("127.0.0.1:0");
  if (!listener) give_up(listener.error());
  std::printf("PORT %u\n", static_cast<unsigned>(listener->local_address().value().port()));
  end_output();
  for (;;) {
    auto accepted = co_await listener->accept();
    if (!accepted) give_up(accepted.error());
    spawn(send_back(std::move(accepted->first))).detach();
  }
}

}  // namespace

// With one thread, the main one: that was measured to need less CPU a request than one worker (README.md).
Figures echo(const Options& options) {
  if (options.threads > 1) return run_root(start_runtime(options.threads), accept_for_ever());
  const Runtime runtime = Builder::new_current_thread().enable_all().build();
  return runtime.block_on(accept_for_ever());
}

}  // namespace async::inline ASYNC_FLAVOUR::bench
