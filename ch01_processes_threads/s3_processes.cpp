// s3_processes.cpp -- the demos of 1.3: four processes at once; and the three ways in which one can fail.
#include "ch01_processes_threads/s3_processes.hpp"

#include <csignal>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <unistd.h>
#include <utility>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch01_processes_threads/demos.hpp"
#include "ch01_processes_threads/s2_requests.hpp"
#include "ch01_processes_threads/s3_server_thread.hpp"

namespace ch01 {
namespace {

using demo::println;

// What the book's server program does with the end of its child.
void print_output(const ProcessOutput& output) {
  if (output.status.success()) {
    println("Output: ", without_line_end(output.out));
  } else {
    println("Error: ", without_line_end(output.err));
  }
}

}  // namespace

std::string child_program(const demo::Options& options) {
  std::filesystem::path program(options.text("child"));
  if (program.empty())
    program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ch01_connection";
  program = std::filesystem::absolute(program);  // a name without a slash would be looked for in PATH
  if (::access(program.c_str(), X_OK) != 0) {
    throw std::runtime_error("there is no child program " + program.string() +
                             " that can be run: build ch01_connection, or name one with --child");
  }
  return program.string();
}

std::string how_it_ended(const ExitStatus& status) {
  if (const auto code = status.code()) return "exited with code " + std::to_string(*code);
  return "was ended by signal " + std::to_string(status.signal().value());
}

std::string without_line_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::expected<Connection, std::string> Connection::start(const std::string& program, const std::string& url) {
  auto child = Command(program)
                   .arg(url)
                   .stdin_(Stdio::null())
                   .stdout_(Stdio::piped())
                   .stderr_(Stdio::piped())
                   .kill_on_drop(true)
                   .spawn();
  if (!child) return std::unexpected(child.error().message());
  return Connection(*std::move(child));
}

std::expected<ProcessOutput, std::string> Connection::wait() && {
  auto output = block_on(std::move(child_).wait_with_output());
  if (!output) return std::unexpected(output.error().message());
  return *std::move(output);
}

std::expected<std::vector<EndedConnection>, std::string> run_connections(
    const std::string& program, const std::vector<std::string>& urls) {
  std::vector<Connection> connections;
  for (const std::string& url : urls) {
    auto started = Connection::start(program, url);
    if (!started) return std::unexpected(started.error());
    connections.push_back(*std::move(started));
  }
  std::vector<EndedConnection> ended;
  for (Connection& connection : connections) {
    const int pid = connection.pid();
    const auto output = std::move(connection).wait();
    if (!output) return std::unexpected(output.error());
    print_output(*output);
    ended.emplace_back(pid, output->status);
  }
  return ended;
}

bool processes_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("four child processes to end", kPatience);
  const std::string program = child_program(options);
  std::string url = options.text("url");
  std::optional<ServerThread> server;
  if (url.empty()) url = server.emplace().url("/posts/1");

  const Instant start = now();
  const auto ended = demo::or_throw(run_connections(program, std::vector<std::string>(4, url)));
  const Duration took = now() - start;
  bool all = true;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const auto& [pid, status] = ended[i];
    println("Task ", i + 1, " (PID ", demo::shown(options, pid, "<pid>"), ") ", how_it_ended(status));
    all &= status.success();
  }
  println("Four processes took ", demo::shown(options, in_milliseconds(took), "<ms>"), " ms");
  return all;
}

bool process_ends_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("three child processes to fail");
  const std::string program = child_program(options);
  const ServerThread server;

  auto fails = demo::or_throw(Connection::start(program, server.url("/no-such-post")));
  const auto failed = demo::or_throw(std::move(fails).wait());
  println("A child whose request fails ", how_it_ended(failed.status));
  print_output(failed);

  const auto missing = Connection::start("./no-such-program", server.url("/posts/1"));
  println("A child that cannot be started: ", missing ? "it was there" : missing.error());

  auto waits = demo::or_throw(Connection::start(program, server.url("/delay/3600")));
  waits.kill();
  const auto killed = demo::or_throw(std::move(waits).wait());
  println("A child that is killed ", how_it_ended(killed.status));
  return failed.status.code() == 1 && !missing && killed.status.signal() == SIGKILL;
}

}  // namespace ch01
