// s4_data_format.hpp -- data.json: the text of a map, with a checksum over every byte of it.
//
//   {
//     "crc64": "5d13f0a6c2b7e894",
//     "data": {
//       "hello": "world",
//       "picture": [137, 80, 78, 71]
//     }
//   }
//
// It is JSON, with one line for each key in their order, so that a person and a `diff` can read it. A value
// that is UTF-8 stands there as a text, any other as its bytes. Nothing in it may be another way of saying
// the same: the order of the keys, spaces, escapes and the end of the last line are part of the format.
// The checksum is CRC-64 over the whole file, with zeros where its own 16 digits stand. It finds each byte
// that is changed, cut off or added. (It finds accidents. Who wants to deceive can compute it too.)
// A file without a checksum is accepted only if it is exactly {}: the book's first file.
//
// Thread safety: functions. Errors: a text that says what is wrong with the file.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "ch08_actors/s3_messages.hpp"

namespace ch08 {

// All keys are UTF-8 (checked).
[[nodiscard]] std::string to_text(const Map& map);

[[nodiscard]] std::expected<Map, std::string> from_text(std::string_view text);

// What a key must be.
[[nodiscard]] bool is_utf8(std::string_view text);

// CRC-64/XZ.
[[nodiscard]] std::uint64_t crc64(std::string_view bytes);

}  // namespace ch08
