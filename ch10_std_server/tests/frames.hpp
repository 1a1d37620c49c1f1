// frames.hpp -- messages as bytes, put together by hand and not with the code under test.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ch10::tests {

inline constexpr std::string_view kGoodReply = "Hello, client!";

// field1 = 1, field2 = 2, and a length that need not be true.
inline std::string header(std::uint32_t length) {
  std::string bytes("\x01\0\0\0\x02\0", 6);
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(length >> shift);
  return bytes;
}

inline std::string frame(std::string_view text) {
  return header(static_cast<std::uint32_t>(text.size())) + std::string(text);
}

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace ch10::tests
