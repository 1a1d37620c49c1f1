// s2_key.cpp -- keys out of bytes, and out of a script.
#include "ch06_reactive/s2_key.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace ch06 {
namespace {

constexpr char kEscape = '\x1b';
constexpr std::size_t kLongestSequence = 16;

constexpr std::array<std::string_view, 12> kNames{"Up",    "Down", "Left",      "Right",  "Home",  "End",
                                                  "Enter", "Tab",  "Backspace", "Escape", "Space", "Comma"};

constexpr std::array<std::pair<char, std::string_view>, 6> kFinals{
    {{'A', "Up"}, {'B', "Down"}, {'C', "Right"}, {'D', "Left"}, {'H', "Home"}, {'F', "End"}}};

// How many bytes a character has that begins with this one; 0: none does.
std::size_t length_of_character(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  if (byte >= 0xf0 && byte <= 0xf4) return 4;
  return 0;
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

std::string name_of(char byte) {
  switch (byte) {
    case '\r':
    case '\n': return "Enter";
    case '\t': return "Tab";
    case '\b':
    case '\x7f': return "Backspace";
    case ' ': return "Space";
    case ',': return "Comma";
    default: break;
  }
  if (byte == 0) return "Unknown";
  if (byte > 0 && byte < ' ') return std::string("Ctrl-") + static_cast<char>(byte + '@');
  return std::string(1, byte);  // in parentheses: braces would make it a list of two characters
}

// One that can be seen: the others have names.
bool is_one_character(std::string_view text) {
  if (text.empty() || length_of_character(text[0]) != text.size()) return false;
  if (text.size() == 1) return text[0] > ' ' && text[0] < '\x7f';
  return std::ranges::all_of(text.substr(1), continues_character);
}

// Nothing, if it is no pause. Negative: too long for a number.
std::optional<std::chrono::milliseconds> pause_of(std::string_view item) {
  long long number = 0;
  const auto [unit, error] = std::from_chars(item.data(), item.data() + item.size(), number);
  const std::string_view rest(unit, static_cast<std::size_t>(item.data() + item.size() - unit));
  if (unit == item.data() || item[0] == '-' || (rest != "s" && rest != "ms")) return std::nullopt;
  if (error != std::errc() || number > 1'000'000) return std::chrono::milliseconds(-1);
  return rest == "s" ? std::chrono::seconds(number) : std::chrono::milliseconds(number);
}

}  // namespace

std::optional<Key> KeyDecoder::feed(char byte) {
  if (!pending_.empty() && pending_[0] == kEscape) {
    pending_ += byte;
    return feed_sequence();
  }
  if (!pending_.empty()) {
    if (!continues_character(byte)) {
      // The character ends in the middle, and this byte begins another key; one key a call is enough for that.
      pending_.clear();
      return feed(byte);
    }
    pending_ += byte;
    if (--missing_ == 0) return take(pending_);
    return std::nullopt;
  }
  if (byte == kEscape) {
    pending_ = byte;
    return std::nullopt;
  }
  const std::size_t length = length_of_character(byte);
  if (length == 0) return Key("Unknown");
  if (length == 1) return Key(name_of(byte));
  pending_ = byte;
  missing_ = length - 1;
  return std::nullopt;
}

std::optional<Key> KeyDecoder::flush() {
  if (pending_.empty()) return std::nullopt;
  return take(pending_.size() == 1 && pending_[0] == kEscape ? "Escape" : "Unknown");
}

// ESC [ or ESC O, parameters, and a letter that says which key it is.
std::optional<Key> KeyDecoder::feed_sequence() {
  const char last = pending_.back();
  if (last == kEscape) {  // the next one begins
    const bool stood_alone = pending_.size() == 2;
    pending_ = kEscape;
    return Key(stood_alone ? "Escape" : "Unknown");
  }
  if (pending_.size() == 2) {
    if (last == '[' || last == 'O') return std::nullopt;
    return take("Unknown");
  }
  if (last < '@' || last > '~') {
    if (last < ' ' || pending_.size() >= kLongestSequence) return take("Unknown");
    return std::nullopt;
  }
  const auto found = std::ranges::find(kFinals, last, &std::pair<char, std::string_view>::first);
  return take(std::string(found != kFinals.end() ? found->second : "Unknown"));
}

Key KeyDecoder::take(std::string name) {
  pending_.clear();
  missing_ = 0;
  return Key(std::move(name));
}

std::expected<std::vector<Play>, std::string> parse_script(std::string_view script) {
  std::vector<Play> plays;
  std::chrono::milliseconds all_pauses{};
  for (std::size_t begin = 0; begin <= script.size();) {
    const std::size_t end = std::min(script.find(',', begin), script.size());
    const std::string item(script.substr(begin, end - begin));
    begin = end + 1;
    const auto wrong = [&](const std::string& what) {
      return std::unexpected("--keys, item " + std::to_string(plays.size() + 1) + ": '" + item + "' " + what);
    };
    if (const auto pause = pause_of(item)) {
      all_pauses += *pause;
      if (pause->count() < 0 || all_pauses > std::chrono::minutes(10)) {
        return wrong("makes the pauses longer than ten minutes together");
      }
      plays.push_back({Key(), *pause});
    } else if (std::ranges::find(kNames, item) != kNames.end() || is_one_character(item)) {
      plays.push_back({Key(item), {}});
    } else {
      std::string names;
      for (const std::string_view name : kNames) names += std::string(name) + ", ";
      return wrong("is no key and no pause; keys are " + names +
                   "and any single character, pauses are like 5s and 500ms; a comma between two");
    }
  }
  return plays;
}

}  // namespace ch06
