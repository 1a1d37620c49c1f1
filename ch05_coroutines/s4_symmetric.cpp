// s4_symmetric.cpp -- the first demo of 5.4: the book's symmetric reader and writer, and the loop in main.
#include "ch05_coroutines/s4_symmetric.hpp"

#include <cstddef>
#include <string>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/data_files.hpp"
#include "ch05_coroutines/demos.hpp"

namespace ch05 {

bool symmetric_demo(const demo::Options& options) {
  using demo::or_throw, demo::println;
  const demo::TemporaryFolder folder;
  const std::string numbers = folder.path_of("numbers.txt"), output = folder.path_of("output.txt");
  const std::size_t count = options.count("count");
  or_throw(make_numbers(numbers, count, options.seed));

  SymmetricReader reader(or_throw(NumberReader::open(numbers)));
  SymmetricWriter writer(or_throw(NumberWriter::open(output)));
  std::size_t rounds = 0;
  for (bool more = true; more; ++rounds) {
    const auto number = or_throw(reader.resume_with_input(GoOn()));
    or_throw(writer.resume_with_input(number));
    more = number.has_value();
  }

  const bool equal = or_throw(same_content(numbers, output));
  println(count, " numbers, and main had control in between ", rounds, " times");
  println("output.txt is equal to numbers.txt: ", demo::yes_or_no(equal));
  return equal && rounds == count + 1;
}

}  // namespace ch05
