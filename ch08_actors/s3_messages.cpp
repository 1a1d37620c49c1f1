// s3_messages.cpp -- how bytes, values and maps are printed.
#include "ch08_actors/s3_messages.hpp"

namespace ch08 {

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

std::string shown_bytes(const Bytes& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += (text.empty() ? "" : ", ") + std::to_string(byte);
  return "[" + text + "]";
}

std::string shown_value(const Value& value) { return value ? "Some(" + shown_bytes(*value) + ")" : "None"; }

std::string shown_map(const Map& map) {
  std::string text;
  for (const auto& [key, value] : map) {
    text += (text.empty() ? "\"" : ", \"") + key + "\": " + shown_bytes(value);
  }
  return "{" + text + "}";
}

}  // namespace ch08
