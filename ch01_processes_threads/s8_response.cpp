// s8_response.cpp -- reads the members of a JSON object.
#include "ch01_processes_threads/s8_response.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "common/io/http/text.hpp"

namespace ch01 {
namespace {

constexpr std::string_view kEscapes = "\"\\/bfnrt";
constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";

// A string with its escapes replaced; nothing if one of them is \u, which is not understood.
std::optional<std::string> unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    const auto which = kEscapes.find(text[++i]);
    if (which == kEscapes.npos) return std::nullopt;
    result += kMeant[which];
  }
  return result;
}

// Each function passes over what it reads, and says whether it was there.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t position() const { return at_; }

  bool symbol(char wanted) {
    space();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  bool end() {
    space();
    return at_ == text_.size();
  }

  // What stands between its quotes, its escapes left as they are.
  bool string(std::string_view& into) {
    if (!symbol('"')) return false;
    const std::size_t start = at_;
    while (at_ < text_.size()) {
      const char next = text_[at_++];
      if (next == '"') {
        into = text_.substr(start, at_ - 1 - start);
        return true;
      }
      if (static_cast<unsigned char>(next) < ' ' || (next == '\\' && !escape())) return false;
    }
    return false;
  }

  // Any value: an object, a list, a string, a word or a number.
  bool value(std::string_view& into, int depth = 0) {
    space();
    const std::size_t start = at_;
    const bool is_right = depth < kDeepest && at_ < text_.size() &&
                          (text_[at_] == '{'   ? members(depth)
                           : text_[at_] == '[' ? elements(depth)
                           : text_[at_] == '"' ? string(ignored_)
                                               : word());
    into = text_.substr(start, at_ - start);
    return is_right;
  }

 private:
  static constexpr int kDeepest = 32;

  // What is behind its backslash.
  bool escape() {
    if (at_ == text_.size()) return false;
    const char kind = text_[at_++];
    if (kind != 'u') return kEscapes.contains(kind);
    const auto digits = text_.substr(at_, 4);
    at_ += digits.size();
    return digits.size() == 4 && std::ranges::all_of(digits, async::http::is_hex_digit);
  }

  void space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool members(int depth) {
    if (!symbol('{')) return false;
    if (symbol('}')) return true;
    do {
      std::string_view passed;
      if (!string(ignored_) || !symbol(':') || !value(passed, depth + 1)) return false;
    } while (symbol(','));
    return symbol('}');
  }

  bool elements(int depth) {
    if (!symbol('[')) return false;
    if (symbol(']')) return true;
    do {
      std::string_view passed;
      if (!value(passed, depth + 1)) return false;
    } while (symbol(','));
    return symbol(']');
  }

  // true, false, null, and whatever looks like a number.
  bool word() {
    const std::size_t length = std::min(text_.find_first_of(" \t\r\n,]}:", at_), text_.size()) - at_;
    const auto found = text_.substr(at_, length);
    at_ += length;
    if (found == "true" || found == "false" || found == "null") return true;
    return !found.empty() && found.find_first_not_of("+-.0123456789Ee") == found.npos;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view ignored_;
};

}  // namespace

std::expected<Response, std::string> parse_response(std::string_view json) {
  JsonReader reader(json);
  std::optional<std::string> url;
  std::optional<std::string> args;
  const auto wrong = [&](const std::string& why) {
    return std::unexpected("the reply is not the JSON that was expected: " + why + " (at byte " +
                           std::to_string(reader.position()) + ")");
  };
  if (!reader.symbol('{')) return wrong("an object begins with {");
  if (!reader.symbol('}')) {
    do {
      std::string_view name;
      if (!reader.string(name) || !reader.symbol(':')) return wrong("a member is \"name\": value");
      std::string_view value;
      if (name == "url") {
        url = reader.string(value) ? unescaped(value) : std::nullopt;
        if (!url) return wrong("url must be a string without \\u");
        continue;
      }
      if (!reader.value(value)) return wrong("no value of \"" + std::string(name) + "\"");
      if (name == "args") args = value;
    } while (reader.symbol(','));
    if (!reader.symbol('}')) return wrong("an object ends with }");
  }
  if (!reader.end()) return wrong("more than one object");
  if (!url) return wrong("url is missing");
  if (!args) return wrong("args is missing");
  return Response{*std::move(url), *std::move(args)};
}

std::string to_text(const Response& response) {
  return "Response { url: \"" + response.url + "\", args: " + response.args + " }";
}

}  // namespace ch01
