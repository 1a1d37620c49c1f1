// s2_read_coroutine.cpp -- the demos of 5.2: numbers from a file, one by one; what is said to bad input.
#include "ch05_coroutines/s2_read_coroutine.hpp"

#include <fstream>
#include <string>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/s1_write_coroutine.hpp"

namespace ch05 {
namespace {

using async::demo::or_throw;
using async::demo::println;

// Prints all that it yields; what it returned.
FileResult<void> print_all(ReadCoroutine coroutine, int& yielded) {
  for (;;) {
    auto state = coroutine.resume();
    if (state.is_complete()) return std::move(state).result();
    println(std::move(state).yielded());
    ++yielded;
  }
}

}  // namespace

bool read_demo(const demo::Options& options) {
  int yielded = 0;
  if (const std::string& own = options.text("file"); !own.empty()) {
    const demo::WaitingFor waiting("numbers from " + own);  // it may be a pipe
    or_throw(print_all(ReadCoroutine(or_throw(NumberReader::open(own))), yielded));
    return true;
  }
  const demo::TemporaryFolder folder;
  const std::string data = folder.path_of("data.txt");
  std::ofstream(data) << "1\n2\n3\n4\n5\n";
  return print_all(ReadCoroutine(or_throw(NumberReader::open(data))), yielded) && yielded == 5;
}

bool bad_input_demo(const demo::Options& options) {
  const demo::TemporaryFolder folder;
  const std::string data = folder.path_of("data.txt");
  std::ofstream(data) << "1\n2\nthree\n4\n";
  int yielded = 0;
  const auto bad_line = print_all(ReadCoroutine(or_throw(NumberReader::open(data))), yielded);
  if (bad_line || yielded != 2 || !bad_line.error().starts_with(data)) return false;
  println(demo::shown(options, data, "<folder>/data.txt"), bad_line.error().substr(data.size()));

  const auto missing = NumberReader::open("/no-such-folder/data.txt");
  println(missing ? "opened" : missing.error());
  const auto is_folder = NumberWriter::open("/");
  println(is_folder ? "opened" : is_folder.error());
  const auto full = append_number_to_file("/dev/full", 1);  // the system's: it opens, and has no room
  println(full ? "written" : full.error());
  return !missing && !is_folder && !full;
}

}  // namespace ch05
