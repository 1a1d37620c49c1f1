// s13_children.cpp -- the demo of 7.13: echo, sort, a child that is killed, a program that is not there.
#include "ch07_runtime_tuning/s13_children.hpp"

#include <chrono>
#include <csignal>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

std::string in_one_line(std::string text) {
  std::erase(text, '\n');
  return text;
}

// Where there is no `echo` or `sort`, or no process more: why, and that this demo kept nothing.
bool failed(const IoError& error) {
  println("no child: ", error.message());
  return false;
}

Async<bool> run_children() {
  const auto said = co_await Command("echo").arg("hello from a child").output();
  if (!said) co_return failed(said.error());
  println("echo wrote: ", said->out.substr(0, said->out.find('\n')), " (", said->status.to_string(), ")");

  const auto sorted = co_await sorted_by_child("b\nc\na\n");
  if (!sorted) co_return failed(sorted.error());
  println("sort, through two pipes: ", in_one_line(*sorted));

  const auto killed = co_await killed_child();
  if (!killed) co_return failed(killed.error());
  println("killed: ", killed->to_string());

  const auto missing = co_await Command("no-such-program-anywhere").status();
  println(missing ? "it was there" : missing.error().message());
  co_return said->status.success() && *sorted == "a\nb\nc\n" && killed->signal() == SIGKILL && !missing;
}

}  // namespace

Async<IoResult<std::string>> sorted_by_child(std::string text) {
  auto child = Command("sort").stdin_(Stdio::piped()).stdout_(Stdio::piped()).spawn();
  if (!child) co_return std::unexpected(child.error());
  {
    auto input = child->take_stdin();
    const auto sent = co_await input->write_all(text);
    if (!sent) co_return std::unexpected(sent.error());
  }  // its end: only now does sort know that it has all
  auto output = co_await std::move(*child).wait_with_output();
  if (!output) co_return std::unexpected(output.error());
  co_return std::move(output->out);
}

Async<IoResult<ExitStatus>> killed_child() {
  auto child = Command("sleep").arg("3600").spawn();
  if (!child) co_return std::unexpected(child.error());
  co_return co_await child->kill();
}

bool children_demo(const demo::Options&) {
  const demo::WaitingFor waiting("child processes");
  return run_async_main(run_children(), RuntimeFlavor::current_thread);
}

}  // namespace ch07
