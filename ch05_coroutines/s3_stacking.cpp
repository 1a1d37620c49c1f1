// s3_stacking.cpp -- the demo of 5.3: a file is copied through two coroutines.
#include "ch05_coroutines/s3_stacking.hpp"

#include <cstddef>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/data_files.hpp"
#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/peak_memory.hpp"

namespace ch05 {
namespace {

using async::demo::or_throw;
using async::demo::println;

constexpr long kMost =
    768;  // KB: half of it is a sanitizer's. The numbers of the preset file alone would take 800.

}  // namespace

bool stacking_demo(const demo::Options& options) {
  const demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt"), output = folder.path_of("output.txt");
  const std::size_t count = options.count("count");
  // Once with less, so that the program's own pages are there already: a sanitizer's are more than all the numbers.
  const std::string few = folder.path_of("few.txt"), copy_of_few = folder.path_of("copy_of_few.txt");
  or_throw(make_numbers(few, 30'000, options.seed));
  or_throw(or_throw(CoroutineManager::open(few, copy_of_few)).run());

  or_throw(make_numbers(numbers, count, options.seed));
  const bool forgets = forget_peak_memory();
  const long before = peak_memory_kilobytes();
  or_throw(or_throw(CoroutineManager::open(numbers, output)).run());
  const long more = peak_memory_kilobytes() - before;

  const bool equal = or_throw(same_content(numbers, output));
  println("numbers.txt has ", count, " numbers; output.txt is equal to it: ", demo::yes_or_no(equal));
  println("memory for that: ", demo::shown(options, more, "<kilobytes>"), " KB more than before");
  return equal && (!forgets || more < kMost);
}

}  // namespace ch05
