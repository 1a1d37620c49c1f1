// demo_data.cpp -- row 10.1: the bytes of a message, field by field, and what is refused.
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/s1_data.hpp"

namespace ch10 {
namespace {

constexpr std::size_t kLimit = 65536;

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x ", std::to_integer<unsigned>(byte));
    text += digits;
  }
  return text.substr(0, text.size() - 1);
}

// As the server does: first the size, from the header alone, then the message.
std::string refusal(std::span<const std::byte> bytes) {
  const auto size = Data::frame_size(bytes, kLimit);
  if (!size) return std::string(to_string(size.error()));
  const auto data = Data::deserialize(bytes);
  return data ? "" : std::string(to_string(data.error()));
}

bool print_refusal(const char* what, const std::string& why) {
  std::printf("  %-36s %s\n", what, why.c_str());
  return !why.empty();
}

}  // namespace

bool data_demo(const DemoOptions&) {
  const Data data{7, 258, "h\xc3\xa9llo"};
  const std::vector<std::byte> bytes = bytes_of(data);
  const std::span all(bytes);
  std::printf("%s\n", data.debug_string().c_str());
  std::printf("  field1  u32    %s\n", hex(all.first(4)).c_str());
  std::printf("  field2  u16    %s\n", hex(all.subspan(4, 2)).c_str());
  std::printf("  length  u32    %s\n", hex(all.subspan(6, 4)).c_str());
  std::printf("  field3  UTF-8  %s\n", hex(all.subspan(10)).c_str());
  const auto back = Data::deserialize(bytes);
  const bool same = back && *back == data;
  std::printf("%zu bytes; read back, they are the same message: %s\n", bytes.size(), yes_or_no(same));

  std::printf("refused\n");
  bool refused = true;
  std::size_t truncated = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    truncated += refusal(all.first(size)) == to_string(Data::Error::truncated) ? 1 : 0;
  }
  const std::string pieces = "each of the " + std::to_string(truncated) + " shorter pieces:";
  refused &= truncated == bytes.size() && print_refusal(pieces.c_str(), refusal(all.first(3)));

  // Only the ten bytes of the header: what they promise is refused before a byte of it has come.
  std::vector<std::byte> huge(bytes.begin(), bytes.begin() + 10);
  for (std::size_t i = 6; i < 10; ++i) huge[i] = std::byte{0xff};
  refused &= print_refusal("a header that promises 4 GiB:", refusal(huge));

  std::vector<std::byte> not_text = bytes;
  not_text[12] = std::byte{0x28};
  refused &=
      print_refusal(("a text of " + hex(std::span(not_text).subspan(10)) + ":").c_str(), refusal(not_text));
  return same && refused;
}

}  // namespace ch10
