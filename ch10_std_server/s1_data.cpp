// s1_data.cpp -- writes and reads the message, byte for byte.
#include "ch10_std_server/s1_data.hpp"

#include <array>
#include <cstring>
#include <limits>

namespace ch10 {
namespace {

template <class Number>
void append(std::vector<std::byte>& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) bytes.push_back(static_cast<std::byte>(number >> (8 * i)));
}

// Takes the first bytes away. The caller has checked that they are there.
template <class Number>
Number take(std::span<const std::byte>& bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    number |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  bytes = bytes.subspan(sizeof(Number));
  return static_cast<Number>(number);
}

}  // namespace

std::expected<std::vector<std::byte>, Data::Error> Data::serialize() const {
  if (field3.size() > std::numeric_limits<std::uint32_t>::max()) return std::unexpected(Error::too_long);
  std::vector<std::byte> bytes;
  bytes.reserve(kHeaderSize + field3.size());
  append(bytes, field1);
  append(bytes, field2);
  append(bytes, static_cast<std::uint32_t>(field3.size()));
  const auto text = std::as_bytes(std::span(field3));
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

std::expected<std::size_t, Data::Error> Data::frame_size(std::span<const std::byte> bytes,
                                                         std::size_t limit) {
  if (bytes.size() < kHeaderSize) return std::unexpected(Error::truncated);
  auto length = bytes.subspan(4 + 2);
  const std::size_t size = kHeaderSize + take<std::uint32_t>(length);
  if (size > limit) return std::unexpected(Error::too_long);
  return size;
}

std::expected<Data, Data::Error> Data::deserialize(std::span<const std::byte> bytes) {
  const auto size = frame_size(bytes, std::numeric_limits<std::size_t>::max());
  if (!size || bytes.size() < *size) return std::unexpected(Error::truncated);
  Data data;
  data.field1 = take<std::uint32_t>(bytes);
  data.field2 = take<std::uint16_t>(bytes);
  data.field3.resize(take<std::uint32_t>(bytes));
  if (!data.field3.empty()) std::memcpy(data.field3.data(), bytes.data(), data.field3.size());
  if (!is_utf8(data.field3)) return std::unexpected(Error::invalid_utf8);
  return data;
}

std::string Data::debug_string() const {
  std::string text =
      "Data { field1: " + std::to_string(field1) + ", field2: " + std::to_string(field2) + ", field3: \"";
  unsigned char previous = 0;
  for (std::size_t i = 0; i < field3.size(); ++i) {
    // What a client sends is printed, so it must not be able to begin a line or steer a terminal. Besides
    // those of ASCII, U+0080 to U+009f are control characters: c2 80 to c2 9f.
    const char c = field3[i];
    const auto byte = static_cast<unsigned char>(c);
    const auto next = static_cast<unsigned char>(i + 1 < field3.size() ? field3[i + 1] : '\xff');
    const bool is_control =
        byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next < 0xa0) || (previous == 0xc2 && byte < 0xa0);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (is_control) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      text += "\\x";
      text += kDigits[byte >> 4];
      text += kDigits[byte & 0xf];
    } else {
      text += c;
    }
    previous = byte;
  }
  return text + "\" }";
}

std::string_view to_string(Data::Error error) {
  switch (error) {
    case Data::Error::truncated: return "the message ends too early";
    case Data::Error::too_long: return "the message is longer than allowed";
    case Data::Error::invalid_utf8: return "the text is not valid UTF-8";
  }
  return "unknown";
}

bool is_utf8(std::string_view text) {
  struct Form {
    unsigned char first, last;      // the leading byte
    unsigned char least, greatest;  // the second byte; further ones are 80 to bf
    std::size_t length;
  };
  // Table 3-7 of the Unicode standard.
  static constexpr std::array<Form, 8> kForms{{{0xc2, 0xdf, 0x80, 0xbf, 2},
                                               {0xe0, 0xe0, 0xa0, 0xbf, 3},
                                               {0xe1, 0xec, 0x80, 0xbf, 3},
                                               {0xed, 0xed, 0x80, 0x9f, 3},
                                               {0xee, 0xef, 0x80, 0xbf, 3},
                                               {0xf0, 0xf0, 0x90, 0xbf, 4},
                                               {0xf1, 0xf3, 0x80, 0xbf, 4},
                                               {0xf4, 0xf4, 0x80, 0x8f, 4}}};
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    if (at(i) < 0x80) {
      ++i;
      continue;
    }
    const Form* found = nullptr;
    for (const Form& form : kForms) {
      if (at(i) >= form.first && at(i) <= form.last) found = &form;
    }
    if (found == nullptr || text.size() - i < found->length) return false;
    if (at(i + 1) < found->least || at(i + 1) > found->greatest) return false;
    for (std::size_t k = 2; k < found->length; ++k) {
      if (at(i + k) < 0x80 || at(i + k) > 0xbf) return false;
    }
    i += found->length;
  }
  return true;
}

}  // namespace ch10
