// s4_settings.hpp -- what the actors of a store on a file are told when they are made.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/future/async.hpp"
#include "common/time/clock.hpp"

#include "ch08_actors/s4_file_calls.hpp"

namespace ch08 {

using namespace async;

// Who can be watched over.
enum class ActorType : std::uint8_t { key_value, writer };

struct StoreSettings {
  explicit StoreSettings(std::string path_) : path(std::move(path_)) {
    if (path.empty()) throw std::invalid_argument("the data file must have a name");
  }

  std::string path;
  // Each line that there is to tell: what was loaded, what was wrong. Called from any thread of the runtime.
  std::function<void(const std::string&)> tell = [](const std::string& line) {
    std::fprintf(stderr, "store: %s\n", line.c_str());
  };
  std::shared_ptr<FileCalls> calls = std::make_shared<FileCalls>();
  Duration beat = std::chrono::milliseconds(200);  // an actor says so often that it is there
  // And is replaced if it did not for so long. Longer than the disk ever needs for the whole file: a writer
  // does not beat while it waits for the disk, and to replace it makes no disk quicker.
  Duration limit = std::chrono::milliseconds(500);
  Duration lock_limit = std::chrono::seconds(5);  // so long a new writer waits for the old one to let go
  bool tells_instance = false;  // the writer tells its instance in each round, and each restart is told
  // Awaited by an actor before it goes to work: where tests and demos make one stand still or throw.
  std::function<Async<>(ActorType)> before_work = nullptr;

  // Errors: std::invalid_argument.
  void check() const {
    if (beat <= Duration::zero()) throw std::invalid_argument("there must be time between two beats");
    if (limit <= beat) throw std::invalid_argument("an actor's limit must be longer than a beat");
  }
};

using SharedSettings = std::shared_ptr<const StoreSettings>;

}  // namespace ch08
