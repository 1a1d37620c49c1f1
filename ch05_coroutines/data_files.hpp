// data_files.hpp -- makes the demos' data files, and compares them; in constant memory.
//
// Errors: values, as number_file.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "ch05_coroutines/number_file.hpp"

namespace ch05 {

// So many numbers of a SmallRng with this seed, a line each.
[[nodiscard]] FileResult<void> make_numbers(const std::string& path, std::size_t count, std::uint64_t seed);

// Whether two files have the same bytes.
[[nodiscard]] FileResult<bool> same_content(const std::string& one, const std::string& other);

}  // namespace ch05
