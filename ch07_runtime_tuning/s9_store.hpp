// s9_store.hpp -- a task that owns a map: commands come by mpsc, answers go by oneshot.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/channel/mpsc.hpp"
#include "common/channel/oneshot.hpp"
#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

using Value = std::optional<std::string>;

// Both have a constructor: g++ 12 would destroy a message twice that is an aggregate, written with braces
// behind co_await. (mpsc refuses to compile such a one.)
struct Get {
  Get(std::string key_, oneshot::Sender<Value> reply_) : key(std::move(key_)), reply(std::move(reply_)) {}

  std::string key;
  oneshot::Sender<Value> reply;
};
struct Set {
  Set(std::string key_, std::string value_) : key(std::move(key_)), value(std::move(value_)) {}

  std::string key, value;
};
using Command = std::variant<Get, Set>;

// Ends when all who could ask are gone.
Async<> run_store(mpsc::Receiver<Command> commands);

Async<> set(mpsc::Sender<Command> store, std::string key, std::string value);
// Nothing: no such key, or no store.
Async<Value> get(mpsc::Sender<Command> store, std::string key);

}  // namespace ch07
