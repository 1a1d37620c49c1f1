// s4_disasters.cpp -- the demos of 8.4 with one: a corrupt file, a full disk, and SIGKILL.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <vector>

#include "common/base/locked.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch08_actors/demos.hpp"
#include "ch08_actors/s4_demo_store.hpp"
#include "ch08_actors/s4_kill_load.hpp"
#include "ch08_actors/s4_router.hpp"

namespace ch08 {
namespace {

using demo::println;

Async<> set_hello(SharedSettings settings, std::string value) {
  auto running = start_store(std::move(settings));
  stored_or_throw(co_await running.store.set("hello", bytes_of(value)));
  co_await stop(std::move(running));
}

void print_folder(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  std::string line = "the folder:";
  for (const std::string& name : names) line += " " + name;
  println(line);
}

// One bit of the value: "world" becomes "vorld".
void flip_a_bit(const std::string& path) {
  std::string text = demo::text_of(path);
  text.at(text.find("world")) ^= 1;
  std::ofstream(path, std::ios::binary) << text;
}

class FullDisk : public FileCalls {
 public:
  ssize_t write(int file, const char* bytes, std::size_t size) override {
    if (!*is_full.lock()) return FileCalls::write(file, bytes, size);
    errno = ENOSPC;
    return -1;
  }
  base::Locked<bool> is_full{false};
};

Async<bool> write_to_full_disk(SharedSettings settings, std::shared_ptr<FullDisk> disk,
                               const DemoFolder& folder) {
  auto running = start_store(settings);
  stored_or_throw(co_await running.store.set("hello", bytes_of("world")));
  const std::string before = demo::text_of(settings->path);
  *disk->is_full.lock() = true;
  const auto refused = co_await running.store.set("hello", bytes_of("moon"));
  println("on a full disk: ", refused ? "stored" : folder.in_folder(refused.error().message()));
  const Value still = stored_or_throw(co_await running.store.get("hello"));
  const bool untouched = demo::text_of(settings->path) == before;
  println("the old file is untouched: ", demo::yes_or_no(untouched), ", and hello is ", shown_value(still));
  *disk->is_full.lock() = false;
  stored_or_throw(co_await running.store.set("hello", bytes_of("moon")));
  const Value now_there = stored_or_throw(co_await running.store.get("hello"));
  println("with room again, hello is ", shown_value(now_there));
  co_await stop(std::move(running));
  co_return !refused && untouched && still == bytes_of("world") && now_there == bytes_of("moon");
}

}  // namespace

bool corrupt_file_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a store on a corrupt file");
  const DemoFolder folder;
  const auto settings = folder.settings(options);
  const std::string aside = settings->path + ".corrupt-1";
  const auto start_and_set = [&] {
    run_async_main(set_hello(settings, "world"), RuntimeFlavor::current_thread);
  };
  println("-- no file");
  start_and_set();
  println("-- one bit of it is flipped");
  flip_a_bit(settings->path);
  const std::string corrupt = demo::text_of(settings->path);
  start_and_set();
  println("-- it is cut in the middle");
  std::filesystem::resize_file(settings->path, 40);
  start_and_set();
  println("-- the book's first file");
  std::ofstream(settings->path, std::ios::binary) << "{}";
  start_and_set();
  print_folder(folder.folder().path());
  const bool kept = demo::text_of(aside) == corrupt;
  println("the corrupt file is kept as it was: ", demo::yes_or_no(kept));
  return kept && std::filesystem::file_size(settings->path + ".corrupt-2") == 40;
}

bool full_disk_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a store on a full disk");
  const DemoFolder folder;
  const auto settings = folder.settings(options);
  const auto disk = std::make_shared<FullDisk>();
  settings->calls = disk;
  return run_async_main(write_to_full_disk(settings, disk, folder), RuntimeFlavor::current_thread);
}

bool kill_demo(const demo::Options& options) {
  const std::filesystem::path program =
      options.text("child").empty()
          ? std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ch08_load"
          : std::filesystem::path(options.text("child"));
  if (::access(program.c_str(), X_OK) != 0) {
    throw std::runtime_error("there is no program " + program.string() +
                             " that can be run: build ch08_load, or name one with --child");
  }
  const DemoFolder folder;
  KillLoad load(program.string(), folder.data_file(), options.seed);
  const std::size_t kills = options.count("kills");
  for (std::size_t i = 0; i < kills; ++i) {
    const demo::WaitingFor waiting("a program that writes, to kill it", std::chrono::minutes(1));
    const auto round = load.once();
    if (!round && load.lost() == 0) throw std::runtime_error(round.error());
    if (!round) println(round.error());
  }
  println("killed by SIGKILL ", kills, " times, while ", KillLoad::kClients, " clients wrote");
  println("acknowledged changes: ", demo::shown(options, load.acknowledged(), "<number>"),
          ", of which not found again: ", load.lost());
  // One that acknowledges nothing shows nothing. It may be killed before it does, but not ten times.
  return load.lost() == 0 && (load.acknowledged() > 0 || kills < 10);
}

}  // namespace ch08
