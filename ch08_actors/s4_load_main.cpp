// s4_load_main.cpp -- ch08_load FILE FIRST: eight clients change the store on FILE, until the program is killed.
//
// It says "CLIENT NUMBER" on stdout for each change that is acknowledged, from change FIRST on:
// s4_kill_load.hpp.
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <unistd.h>
#include <vector>

#include "common/runtime/run_async_main.hpp"

#include "ch08_actors/s4_kill_load.hpp"
#include "ch08_actors/s4_router.hpp"

namespace {

using namespace async;
using namespace ch08;

// One write call: whole lines reach the pipe, or none. False: nobody reads them any more.
bool say(const std::string& line) {
  return ::write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

Async<bool> change(const Store& store, std::size_t client, std::uint64_t n) {
  const Value value = KillLoad::after_change(n);
  auto asked = value ? store.set(KillLoad::key_of(client), *value) : store.remove(KillLoad::key_of(client));
  const auto done = co_await std::move(asked);
  if (!done) std::fprintf(stderr, "ch08_load: %s\n", done.error().message().c_str());
  co_return done&& say(std::to_string(client) + ' ' + std::to_string(n) + '\n');
}

Async<> client_task(Store store, std::size_t client, std::uint64_t first) {
  for (std::uint64_t n = first;; ++n) {
    const bool goes_on = co_await change(store, client, n);
    if (!goes_on) break;
  }
}

Async<> load(std::string path, std::uint64_t first) {
  auto settings = std::make_shared<StoreSettings>(std::move(path));
  settings->tell = [](const std::string&) {};
  auto running = start_store(std::move(settings));
  std::vector<JoinHandle<>> clients;
  for (std::size_t i = 0; i < KillLoad::kClients; ++i)
    clients.push_back(spawn(client_task, running.store, i, first));
  for (auto& client : clients) (void)co_await client;
  co_await stop(std::move(running));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string number = argc == 3 ? argv[2] : "";
  std::uint64_t first = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), first);
  if (error != std::errc() || end != number.data() + number.size() || first == 0) {
    std::fprintf(stderr,
                 "usage: ch08_load FILE FIRST   (FIRST: the number of the first change, from 1 on)\n");
    return 2;
  }
  run_async_main(load(argv[1], first));
  return 1;  // it only ends if it cannot go on
}
