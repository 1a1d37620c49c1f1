// s4_data_format.cpp -- writes the text of a map, and reads it again.
#include "ch08_actors/s4_data_format.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "common/base/check.hpp"

namespace ch08 {
namespace {

constexpr std::string_view kBegin = "{\n  \"crc64\": \"";
constexpr std::string_view kNoDigits = "0000000000000000";
constexpr std::string_view kThenData = "\",\n  \"data\": {";
constexpr std::string_view kIndent = "\n    ";
constexpr std::string_view kEnd = "\n  }\n}\n";
constexpr std::string_view kEndOfEmpty = "}\n}\n";
constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::array<std::uint64_t, 256> kCrcTable = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::uint64_t i = 0; i < table.size(); ++i) {
    std::uint64_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xC96C5795D7870F42u : 0u);
    table[i] = crc;
  }
  return table;
}();

std::uint64_t crc64_of(std::uint64_t crc, std::string_view bytes) {
  crc = ~crc;
  for (const char byte : bytes) crc = kCrcTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFF] ^ (crc >> 8);
  return ~crc;
}

std::string hex_of(std::uint64_t number) {
  std::string digits(kNoDigits);
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, number >>= 4)
    *digit = kHex[number & 15];
  return digits;
}

// Of a text that begins as every one of ours.
std::string checksum_of(std::string_view text) {
  std::uint64_t crc = crc64_of(0, text.substr(0, kBegin.size()));
  crc = crc64_of(crc, kNoDigits);
  return hex_of(crc64_of(crc, text.substr(kBegin.size() + kNoDigits.size())));
}

void append_quoted(std::string& to, std::string_view text) {
  to += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (byte < 0x20) {
      to += "\\u00";
      to += kHex[byte >> 4];
      to += kHex[byte & 15];
    } else {
      to += c;
    }
  }
  to += '"';
}

// Reads what append_quoted, to_text and shown_bytes write, from the front of what is left.
class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}

  [[nodiscard]] bool is_at_end() const { return left_.empty(); }

  bool skip(std::string_view expected) {
    if (!left_.starts_with(expected)) return false;
    left_.remove_prefix(expected.size());
    return true;
  }

  std::optional<std::string> quoted() {
    if (!skip("\"")) return std::nullopt;
    std::string text;
    while (!left_.empty() && left_.front() != '"') {
      const auto c = skip("\\") ? escaped() : plain();
      if (!c) return std::nullopt;
      text += *c;
    }
    if (!skip("\"")) return std::nullopt;
    return text;
  }

  std::optional<Bytes> value() {
    if (left_.starts_with('"')) {
      const auto text = quoted();
      return text ? std::optional(bytes_of(*text)) : std::nullopt;
    }
    if (!skip("[")) return std::nullopt;
    Bytes bytes;
    do {
      std::uint8_t byte = 0;
      const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), byte);
      if (error != std::errc()) return std::nullopt;
      left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
      bytes.push_back(byte);
    } while (skip(", "));
    return skip("]") ? std::optional(std::move(bytes)) : std::nullopt;
  }

 private:
  std::optional<char> plain() {
    const char c = left_.front();
    left_.remove_prefix(1);
    return c;
  }

  std::optional<char> escaped() {
    if (skip("\"")) return '"';
    if (skip("\\")) return '\\';
    if (!skip("u00") || left_.size() < 2) return std::nullopt;
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(left_.data(), left_.data() + 2, byte, 16);
    if (error != std::errc() || end != left_.data() + 2) return std::nullopt;
    left_.remove_prefix(2);
    return static_cast<char>(byte);
  }

  std::string_view left_;
};

// What stands behind `"data": {`.
std::optional<Map> read_data(Reader reader) {
  Map map;
  if (reader.skip(kEndOfEmpty)) return reader.is_at_end() ? std::optional(map) : std::nullopt;
  do {
    if (!reader.skip(kIndent)) return std::nullopt;
    auto key = reader.quoted();
    if (!key || !is_utf8(*key) || !reader.skip(": ")) return std::nullopt;
    auto value = reader.value();
    if (!value || !map.emplace(*std::move(key), *std::move(value)).second) return std::nullopt;
  } while (reader.skip(","));
  if (!reader.skip(kEnd) || !reader.is_at_end()) return std::nullopt;
  return map;
}

}  // namespace

std::uint64_t crc64(std::string_view bytes) { return crc64_of(0, bytes); }

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t k) { return static_cast<unsigned char>(k < text.size() ? text[k] : 0); };
    const unsigned first = at(i);
    const std::size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    if (first >= 0x80 && (first < 0xC2 || first > 0xF4)) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((at(i + k) & 0xC0) != 0x80) return false;
    }
    // Too long for what it says, a half of a surrogate pair, or beyond the last character.
    if ((first == 0xE0 && at(i + 1) < 0xA0) || (first == 0xED && at(i + 1) > 0x9F)) return false;
    if ((first == 0xF0 && at(i + 1) < 0x90) || (first == 0xF4 && at(i + 1) > 0x8F)) return false;
    i += more + 1;
  }
  return true;
}

std::string to_text(const Map& map) {
  std::string text(kBegin);
  text += kNoDigits;
  text += kThenData;
  bool is_first = true;
  for (const auto& [key, value] : map) {
    ASYNC_CHECK(is_utf8(key), "a key in the data file is UTF-8");
    if (!std::exchange(is_first, false)) text += ',';
    text += kIndent;
    append_quoted(text, key);
    text += ": ";
    const std::string as_text(value.begin(), value.end());
    if (is_utf8(as_text)) {
      append_quoted(text, as_text);
    } else {
      text += shown_bytes(value);
    }
  }
  text += map.empty() ? kEndOfEmpty : kEnd;
  return text.replace(kBegin.size(), kNoDigits.size(), checksum_of(text));
}

std::expected<Map, std::string> from_text(std::string_view text) {
  if (text == "{}") return Map();
  if (text.empty()) return std::unexpected("it is empty");
  if (!text.starts_with(kBegin) || text.size() < kBegin.size() + kNoDigits.size()) {
    return std::unexpected("it has no checksum, and without one it must be exactly {}");
  }
  const std::string_view said = text.substr(kBegin.size(), kNoDigits.size());
  const std::string found = checksum_of(text);
  if (said != found) {
    return std::unexpected("its checksum is " + found + ", and it says " + std::string(said));
  }
  Reader reader(text.substr(kBegin.size() + kNoDigits.size()));
  if (!reader.skip(kThenData))
    return std::unexpected("its checksum is right, and its first lines are not ours");
  auto map = read_data(reader);
  // Written again it is the same: so there is no other way to say it, and what can be read can be written.
  if (!map || to_text(*map) != text) {
    return std::unexpected("its checksum is right, and its data is not in our format");
  }
  return *std::move(map);
}

}  // namespace ch08
