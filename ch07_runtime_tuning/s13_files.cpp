// s13_files.cpp -- the demo of 7.13: a file is written and read, and one that is missing is an error.
#include "ch07_runtime_tuning/s13_files.hpp"

#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/io/file.hpp"
#include "common/io/fs.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

void print(const IoResult<std::string>& contents) {
  if (contents) {
    println("File contents: ", *contents);
  } else {
    println("Error reading file: ", contents.error().code().message());
  }
}

Async<bool> write_read_and_remove(std::string path) {
  const auto written = co_await fs::write(path, "hello from a file");
  if (!written) {
    println(written.error().message());
    co_return false;
  }
  const auto contents = co_await read_file(path);
  print(contents);
  (void)co_await fs::remove_file(path);
  const auto missing = co_await read_file(path);
  print(missing);
  co_return contents && *contents == "hello from a file" && !missing &&
      missing.error().is(std::errc::no_such_file_or_directory);
}

}  // namespace

// For a whole file there is fs::read_to_string(path), in one call.
Async<IoResult<std::string>> read_file(std::string path) {
  auto file = co_await fs::File::open(std::move(path));
  if (!file) co_return std::unexpected(file.error());
  std::string contents;
  const auto count = co_await file->read_to_string(contents);
  if (!count) co_return std::unexpected(count.error());
  co_return contents;
}

bool files_demo(const demo::Options&) {
  const demo::WaitingFor waiting("a file");
  const demo::TemporaryFolder folder;
  return run_async_main(write_read_and_remove(folder.path_of("words.txt")), RuntimeFlavor::current_thread);
}

}  // namespace ch07
