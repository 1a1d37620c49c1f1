// s3_picture_file.hpp -- the file of a picture: replaced at one stroke, or left as it was.
//
// Thread safety: functions; one call for a file at a time. Errors: a text that says why it cannot be written, and
// what to do.
#pragma once

#include <expected>
#include <string>

namespace ch06 {

// Makes the file, or replaces what is in it. The old text is there until the new one is whole. What is no regular
// file (a device, a pipe with a reader) is written to.
[[nodiscard]] std::expected<void, std::string> write_file(const std::string& path, const std::string& text);

// Whether that could be begun now: to be asked before work that would be lost.
[[nodiscard]] std::expected<void, std::string> check_file(const std::string& path);

}  // namespace ch06
