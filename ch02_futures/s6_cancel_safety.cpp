// s6_cancel_safety.cpp -- the demo: a report is cancelled in the middle, then looked for.
#include "ch02_futures/s6_cancel_safety.hpp"

#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {

using async::demo::TemporaryFolder;
using async::demo::text_of;

using demo::yes_or_no;

bool cancel_safety_demo(const demo::Options&) {
  const TemporaryFolder folder;
  const std::string path = folder.path_of("report.txt");
  WholeFile old_report(path);
  old_report.write("the old report");
  old_report.commit();

  Mutex<int> reports;
  Executor executor;
  const demo::WaitingFor waiting("the timeout");
  const auto result = executor.block_on(timeout(3s, slow_report(reports, path)));
  println(result ? "Task completed successfully" : "Task timed out");

  const auto guard = reports.try_lock();
  const bool nothing_left = !std::filesystem::exists(path + ".part");
  println("the lock is free: ", yes_or_no(guard.has_value()));
  println("report.txt is: ", text_of(path));
  println("the half-written report is gone: ", yes_or_no(nothing_left));
  return !result && guard && **guard == 0 && nothing_left && text_of(path) == "the old report";
}

}  // namespace ch02
