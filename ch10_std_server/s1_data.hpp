// s1_data.hpp -- Data: the one message of the chapter, and the bytes that it is on the wire.
//
//   u32 field1 | u16 field2 | u32 length | `length` bytes of UTF-8        (all numbers little-endian)
//
// The book writes the numbers as the machine has them; this is what its program sends on a little-endian one.
// Everything that comes from outside is looked at before it is believed: the length before memory is taken.
// Thread safety: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ch10 {

struct Data {
  static constexpr std::size_t kHeaderSize = 4 + 2 + 4;

  enum class Error {
    truncated,     // the bytes end inside the message
    too_long,      // longer than the limit, or than 32 bits can say
    invalid_utf8,  // the text is no UTF-8
  };

  std::uint32_t field1 = 0;
  std::uint16_t field2 = 0;
  std::string field3;

  // Error: too_long (a text of 4 GiB or more).
  [[nodiscard]] std::expected<std::vector<std::byte>, Error> serialize() const;

  // Reads one message from the beginning of `bytes`; what follows it is left alone.
  static std::expected<Data, Error> deserialize(std::span<const std::byte> bytes);

  // How many bytes the message has that begins so. Errors: truncated (not even a header), too_long.
  static std::expected<std::size_t, Error> frame_size(std::span<const std::byte> bytes, std::size_t limit);

  // Data { field1: 1, field2: 1, field3: "text" }, as the book's program prints it.
  [[nodiscard]] std::string debug_string() const;

  bool operator==(const Data&) const = default;
};

[[nodiscard]] std::string_view to_string(Data::Error error);

// True for the byte sequences that RFC 3629 allows: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace ch10
