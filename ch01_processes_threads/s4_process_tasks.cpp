// s4_process_tasks.cpp -- the demo of 1.4: one thread serves four children, and waits for their ends.
#include "ch01_processes_threads/s4_process_tasks.hpp"

#include <optional>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch01_processes_threads/demos.hpp"
#include "ch01_processes_threads/s2_delay_server.hpp"
#include "ch01_processes_threads/s2_requests.hpp"
#include "ch01_processes_threads/s3_processes.hpp"

namespace ch01 {
namespace {

using demo::println;

Async<Ended> run_child(std::string program, std::string url) {
  const auto output = co_await Command(program).arg(url).output();
  if (!output) co_return std::unexpected(output.error());
  const std::string& text = output->status.success() ? output->out : output->err;
  println("Process completed with output: ", without_line_end(text));
  co_return output->status;
}

void print_ends(const std::vector<Ended>& ends, std::size_t first_number) {
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i]) {
      println("Process ", first_number + i, " ", how_it_ended(*ends[i]));
    } else {
      println("Process ", first_number + i, " failed: ", ends[i].error().message());
    }
  }
}

Async<bool> children_as_tasks(const demo::Options& options, std::string program) {
  std::string url = options.text("url");
  std::optional<DelayServer> server;
  if (url.empty()) url = server.emplace().url("/posts/1");

  const auto ends = co_await run_children(program, std::vector<std::string>(4, url));
  print_ends(ends, 1);
  const auto missing = co_await run_children("./no-such-program", std::vector<std::string>(1, url));
  print_ends(missing, 5);
  // A thread of the pool that has nothing left to do stays for 10 s, and would be counted.
  const auto blocked = Handle::current().metrics().blocking_threads;
  println("threads that have waited for a child: ", blocked);

  bool all = true;
  for (const Ended& each : ends) all &= each && each->success();
  co_return all && !missing.front() && blocked == 0;
}

}  // namespace

Async<std::vector<Ended>> run_children(std::string program, std::vector<std::string> urls) {
  std::vector<JoinHandle<Ended>> handles;
  for (const std::string& url : urls) handles.push_back(spawn(run_child, program, url));
  std::vector<Ended> ends;
  for (auto& handle : handles) {
    auto ended = co_await handle;
    if (!ended) ended.error().rethrow();
    ends.push_back(*std::move(ended));
  }
  co_return ends;
}

bool process_tasks_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("the tasks of five child processes", kPatience);
  return run_async_main(children_as_tasks(options, child_program(options)), RuntimeFlavor::current_thread);
}

}  // namespace ch01
