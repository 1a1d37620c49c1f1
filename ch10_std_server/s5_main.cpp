// s5_main.cpp -- ch10_client: the client as a program.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "ch10_std_server/options.hpp"
#include "ch10_std_server/s5_client.hpp"

int main(int argc, char** argv) {
  ch10::ClientOptions options;
  ch10::Options command_line("ch10_client", "sends many messages at once and waits for all replies");
  std::int64_t timeout_ms = options.timeout.count();
  command_line.text("--host", "H", "the server's IPv4 address (127.0.0.1)", options.host);
  command_line.number<std::uint16_t>("--port", "N", "the server's port (7878)", options.port, 1);
  command_line.number<std::size_t>("--requests", "N", "how many, all at once (4000)", options.requests, 1,
                                   1'000'000);
  command_line.number<std::int64_t>("--timeout-ms", "N", "a reply that takes longer counts as failed (30000)",
                                    timeout_ms, 1, 24 * 60 * 60 * 1000);
  command_line.flag("--quiet", "the last line alone", options.quiet);
  if (const auto code = command_line.parse(argc, argv)) return *code;
  options.timeout = std::chrono::milliseconds(timeout_ms);

  constexpr std::size_t kOwnDescriptors = 16;  // standard streams, epoll, its bell, and room
  ch10::raise_descriptor_limit(options.requests + kOwnDescriptors, "so many requests at once");
  try {
    const auto result = ch10::run_client(options);
    std::printf("%zu ok, %zu failed in %.3f s\n", result.ok, result.failed, result.elapsed.count());
    return result.failed == 0 ? 0 : 1;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "ch10_client: --host: %s\ntry: ch10_client --help\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ch10_client: %s\n", error.what());
    return 1;
  }
}
