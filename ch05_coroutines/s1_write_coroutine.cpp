// s1_write_coroutine.cpp -- the demo of 5.1: numbers to a file, opened for each of them and opened once.
#include "ch05_coroutines/s1_write_coroutine.hpp"

#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "common/demo/fixed.hpp"
#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/data_files.hpp"
#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/small_rng.hpp"

namespace ch05 {
namespace {

using async::demo::or_throw;
using async::demo::println;

using Milliseconds = std::chrono::duration<double, std::milli>;

void open_for_each(const std::string& path, std::size_t count, std::uint64_t seed) {
  SmallRng rng(seed);
  for (std::size_t i = 0; i < count; ++i) or_throw(append_number_to_file(path, rng.number()));
}

void resume_for_each(const std::string& path, std::size_t count, std::uint64_t seed,
                     std::size_t block_bytes) {
  WriteCoroutine coroutine(or_throw(NumberWriter::open(path, block_bytes)));
  SmallRng rng(seed);
  for (std::size_t i = 0; i < count; ++i) {
    auto state = coroutine.resume(rng.number());
    if (state.is_complete()) throw std::runtime_error(std::move(state).result());
  }
  or_throw(coroutine.finish());
}

// In real time: this is work, not waiting.
template <class Call>
Milliseconds time_of(Call call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::steady_clock::now() - start;
}

}  // namespace

bool write_demo(const demo::Options& options) {
  const demo::TemporaryFolder folder;
  const std::string opened = folder.path_of("opened.txt"), numbers = folder.path_of("numbers.txt"),
                    blocks = folder.path_of("blocks.txt");
  const std::size_t count = options.count("count");
  const auto seed = options.seed;

  const Milliseconds slow = time_of([&] { open_for_each(opened, count, seed); });
  const Milliseconds quick = time_of([&] { resume_for_each(numbers, count, seed, 0); });
  const Milliseconds in_blocks = time_of([&] { resume_for_each(blocks, count, seed, NumberWriter::kBlock); });

  const auto print = [&](const char* what, Milliseconds time) {
    println(what, demo::shown(options, demo::fixed(time.count(), 1), "<ms>"), " ms, ",
            demo::shown(options, demo::fixed(slow / time, 1), "<ratio>"), " times as fast");
  };
  println(count, " numbers");
  println("the file is opened for each:              ",
          demo::shown(options, demo::fixed(slow.count(), 1), "<ms>"), " ms");
  print("a coroutine keeps it open:                ", quick);
  print("it keeps the numbers too, block by block: ", in_blocks);

  const bool equal = or_throw(same_content(opened, numbers)) && or_throw(same_content(opened, blocks));
  println("the three files are equal: ", demo::yes_or_no(equal));
  return equal;
}

}  // namespace ch05
