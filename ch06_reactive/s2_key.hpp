// s2_key.hpp -- Key: a key by its name; keys out of the bytes of a terminal, and out of a script.
//
// Thread safety: values; a KeyDecoder is one thread's.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ch06 {

// What is printed for it: the character itself, or Up, Down, Left, Right, Home, End, Enter, Tab, Backspace, Escape,
// Space, Comma, Ctrl-A ..., Unknown.
struct Key {
  Key() = default;
  explicit Key(std::string text) : name(std::move(text)) {}
  std::string name;

  friend bool operator==(const Key&, const Key&) = default;
};

// A terminal sends one byte for most keys, an escape sequence for the arrows, and UTF-8 for the rest.
class KeyDecoder {
 public:
  // The key that ends with this byte, if one does.
  std::optional<Key> feed(char byte);

  // Nothing has come for a while: what is there is all there will be. The key Escape sends what sequences begin with.
  std::optional<Key> flush();

  // Whether a key has begun and not ended.
  [[nodiscard]] bool is_inside() const { return !pending_.empty(); }

 private:
  std::optional<Key> feed_sequence();
  Key take(std::string name);

  std::string pending_;
  std::size_t missing_ = 0;  // of a character of several bytes
};

// One thing that a script does.
struct Play {
  Key key;                            // without a name: a pause
  std::chrono::milliseconds pause{};  // before what comes next

  [[nodiscard]] bool is_key() const { return !key.name.empty(); }
};

// "Up,Up,5s,x,500ms,q": keys by their names and pauses, separated by commas. Errors: which item is wrong, and what
// would be right. All pauses together are at most ten minutes.
[[nodiscard]] std::expected<std::vector<Play>, std::string> parse_script(std::string_view script);

}  // namespace ch06
