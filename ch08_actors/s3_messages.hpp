// s3_messages.hpp -- what the key-value store is asked and what it answers: the messages, their route, the errors.
//
//   RoutingMessage > KeyValueMessage > Set, Get, Delete        (the book's figure 8-1)
//
// Each message carries the oneshot sender of its answer: it is answered once, because that sender can send
// once.
// Thread safety: values. Errors: StoreError is in the answer; nothing is thrown.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/channel/oneshot.hpp"

namespace ch08 {

using namespace async;

using Bytes = std::vector<std::uint8_t>;
using Value = std::optional<Bytes>;  // none: no such key
using Map = std::map<std::string, Bytes>;

// Why the store did not do it.
class StoreError {
 public:
  enum Reason : std::uint8_t {
    closed,       // the store has ended, or was never there
    bad_key,      // the key is no UTF-8
    not_opened,   // the file cannot be read, or locked, or set aside
    in_use,       // another writer has the file; the change is not in it
    not_written,  // the change is not in the file, and no loss of power brings it there
    uncertain,    // the change may be in the file or not: a try was not finished, or not undone for certain
  };

  StoreError(Reason reason, std::string message) : reason_(reason), message_(std::move(message)) {}

  [[nodiscard]] Reason reason() const { return reason_; }
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  Reason reason_;
  std::string message_;
};

template <class T>
using StoreResult = std::expected<T, StoreError>;
template <class T>
using Responder = oneshot::Sender<StoreResult<T>>;

struct SetKeyValueMessage {
  SetKeyValueMessage(std::string key_, Bytes value_, Responder<void> response_)
      : key(std::move(key_)), value(std::move(value_)), response(std::move(response_)) {}

  std::string key;
  Bytes value;
  Responder<void> response;
};

struct GetKeyValueMessage {
  GetKeyValueMessage(std::string key_, Responder<Value> response_)
      : key(std::move(key_)), response(std::move(response_)) {}

  std::string key;
  Responder<Value> response;
};

struct DeleteKeyValueMessage {
  DeleteKeyValueMessage(std::string key_, Responder<void> response_)
      : key(std::move(key_)), response(std::move(response_)) {}

  std::string key;
  Responder<void> response;
};

using KeyValueMessage = std::variant<SetKeyValueMessage, GetKeyValueMessage, DeleteKeyValueMessage>;

// One alternative for each actor behind the router: here there is one.
using RoutingMessage = std::variant<KeyValueMessage>;

// "world" as bytes, and bytes as the book's {:?} prints them: [119, 111].
[[nodiscard]] Bytes bytes_of(const std::string& text);
[[nodiscard]] std::string shown_bytes(const Bytes& bytes);
[[nodiscard]] std::string shown_value(const Value& value);  // Some([119, 111]) or None
[[nodiscard]] std::string shown_map(const Map& map);        // {"hello": [119, 111]}

}  // namespace ch08
