// data_files.cpp -- makes the demos' data files, and compares them; in constant memory.
#include "ch05_coroutines/data_files.hpp"

#include <array>
#include <fstream>
#include <string_view>

#include "ch05_coroutines/small_rng.hpp"

namespace ch05 {

FileResult<void> make_numbers(const std::string& path, std::size_t count, std::uint64_t seed) {
  auto writer = NumberWriter::open(path);
  if (!writer) return std::unexpected(writer.error());
  SmallRng rng(seed);
  for (std::size_t i = 0; i < count; ++i) {
    const auto written = writer->write(rng.number());
    if (!written) return written;
  }
  return writer->finish();
}

FileResult<bool> same_content(const std::string& one, const std::string& other) {
  std::ifstream files[2];
  std::array<char, 64 * 1024> blocks[2];
  for (int i = 0; i < 2; ++i) {
    const std::string& path = i == 0 ? one : other;
    files[i].open(path, std::ios::binary);
    if (!files[i]) return std::unexpected("cannot open " + path + " to compare it; make it first");
  }
  for (;;) {
    std::string_view parts[2];
    for (int i = 0; i < 2; ++i) {
      files[i].read(blocks[i].data(), static_cast<std::streamsize>(blocks[i].size()));
      parts[i] = std::string_view(blocks[i].data(), static_cast<std::size_t>(files[i].gcount()));
      if (files[i].bad()) return std::unexpected("cannot read " + (i == 0 ? one : other) + " to compare it");
    }
    if (parts[0] != parts[1]) return false;
    if (parts[0].empty()) return true;
  }
}

}  // namespace ch05
