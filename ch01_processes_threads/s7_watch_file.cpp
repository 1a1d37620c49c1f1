// s7_watch_file.cpp -- the demos of 1.7: a file is made, changed, replaced, removed and made again.
#include "ch01_processes_threads/s7_watch_file.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/select.hpp"
#include "common/io/fs.hpp"
#include "common/io/signal.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch01_processes_threads/demos.hpp"
#include "ch01_processes_threads/s7_inotify.hpp"
#include "ch01_processes_threads/s7_polling.hpp"

namespace ch01 {
namespace {

using demo::println;

// Somebody with an editor. Waits for each change to be printed, so that none hides another one.
class Editor {
 public:
  Editor(std::string path, watch::Receiver<Count> printed)
      : path_(std::move(path)), printed_(std::move(printed)) {}

  // How many changes were printed at the end; 4 is right.
  Async<Count> work() {
    println("data.txt is not there");
    co_await nothing_happens();
    println("it is made");
    co_await replace("one");
    co_await is_printed(1);
    println("a line is added");
    co_await replace("one\ntwo");
    co_await is_printed(2);
    println("another file takes its place");
    co_await replace("three");
    co_await is_printed(3);
    println("it is removed");
    const auto removed = co_await fs::remove_file(path_);
    check(removed);
    co_await nothing_happens();
    println("it is made again");
    co_await replace("four");
    co_await is_printed(4);
    co_await nothing_happens();
    co_return printed_.get();
  }

 private:
  static void check(const IoResult<void>& done) {
    if (!done) throw std::runtime_error(done.error().message());
  }

  // At one stroke, so that nobody sees half of it.
  Async<> replace(std::string text) {
    const auto written = co_await fs::write(path_ + ".new", text);
    check(written);
    const auto renamed = co_await fs::rename(path_ + ".new", path_);
    check(renamed);
  }

  Async<> is_printed(Count count) {
    const auto seen = co_await printed_.wait_for([count](Count now) { return now >= count; });
    if (!seen) throw std::runtime_error("nobody watches the file any more");
  }

  // Longer than the poller sleeps.
  static Async<> nothing_happens() { co_await sleep(std::chrono::milliseconds(300)); }

  std::string path_;
  watch::Receiver<Count> printed_;
};

// The book's program. Goes on until the watcher ends, and throws what was wrong with that.
Async<> watch_and_print(FileWatcher watcher, std::string path, watch::Sender<Count> printed) {
  auto [changed, changes] = watch::channel<Count>(0);
  auto watching = spawn(watcher, path, std::move(changed));
  co_await print_changes(path, std::move(changes), std::move(printed));
  const auto ended = co_await watching;
  if (!ended) ended.error().rethrow();
  if (!*ended) throw std::runtime_error(ended->error().message());
}

Async<bool> watch_an_editor(FileWatcher watcher, std::string path) {
  auto [printing, printed] = watch::channel<Count>(0);
  Editor editor(path, std::move(printed));
  const auto won = co_await select(watch_and_print(watcher, path, std::move(printing)), editor.work());
  if (won.index() == 0) co_return false;
  const Count count = std::get<1>(won);
  println("printed: ", count, " times");
  co_return count == 4;
}

// You have the editor; Ctrl-C ends it.
Async<bool> watch_until_ctrl_c(FileWatcher watcher, std::string path) {
  auto [printing, printed] = watch::channel<Count>(0);
  println("watching ", path, "; press Ctrl-C to end it");
  const auto won = co_await select(watch_and_print(watcher, path, std::move(printing)), ctrl_c());
  if (won.index() == 0) co_return false;
  const IoResult<void>& pressed = std::get<1>(won);
  if (!pressed) throw std::runtime_error(pressed.error().message());
  co_return true;
}

bool watch_with(FileWatcher watcher, const demo::Options& options) {
  if (options.interactive) {
    const std::string path(options.text("file").empty() ? "data.txt" : options.text("file"));
    return run_async_main(watch_until_ctrl_c(watcher, path), RuntimeFlavor::current_thread);
  }
  const demo::WaitingFor waiting("a change of a file to be seen");
  const demo::TemporaryFolder folder;
  return run_async_main(watch_an_editor(watcher, folder.path_of("data.txt")), RuntimeFlavor::current_thread);
}

}  // namespace

Async<> print_changes(std::string path, watch::Receiver<Count> changes, watch::Sender<Count> printed) {
  for (;;) {
    const auto changed = co_await changes.changed();
    if (!changed) co_return;
    const auto contents = co_await fs::read_to_string(path);
    if (!contents && contents.error().is(std::errc::no_such_file_or_directory)) continue;
    println(contents ? *contents : contents.error().message());
    printed.send_modify([](Count& count) { ++count; });
  }
}

bool watch_file_demo(const demo::Options& options) { return watch_with(poll_file, options); }
bool watch_file_inotify_demo(const demo::Options& options) { return watch_with(inotify_file, options); }

}  // namespace ch01
