// s7_datagrams_demo.cpp -- the demo of 4.7: two processes, and a path that is too long.
#include <string>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"
#include "common/future/select.hpp"

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/demos.hpp"
#include "ch04_networking/executor.hpp"
#include "ch04_networking/s7_asking_process.hpp"
#include "ch04_networking/s7_datagrams.hpp"

namespace ch04 {
namespace {

using demo::println;

// Prints and answers what comes, until the other process has ended. How many messages came from it.
Async<int> answer_everything(Socket& socket, Socket& exits, pid_t process, const demo::Options& options) {
  int answered = 0;
  for (;;) {
    // What has come is read before anybody looks whether the sender still lives.
    auto next = co_await select_biased(receive(socket), exits.when_readable(&AskingProcess::try_end));
    if (next.index() == 1) co_return answered;
    const auto& datagram = std::get<0>(next);
    if (!datagram) {
      println(datagram.error().message());
      co_return answered;
    }
    println("from process ", demo::shown(options, datagram->process, "<pid>"), ": ", datagram->text);
    if (datagram->process == process) ++answered;
    const auto sent = co_await send_to(socket, "heard: " + datagram->text, datagram->from);
    if (!sent) println(sent.error().message());
  }
}

}  // namespace

bool datagrams_demo(const demo::Options& options) {
  constexpr int kMessages = 3;
  const demo::WaitingFor waiting("messages between two processes");
  const RealTime real_time(options);
  const demo::TemporaryFolder folder;
  const std::string here = folder.path_of("answers.socket"), there = folder.path_of("asks.socket");

  Driver driver;
  Socket socket = value_of(bind_datagrams(driver, here));
  AskingProcess other =
      value_of(AskingProcess::start(value_of(unix_path(here)), value_of(unix_path(there)), kMessages));
  Socket exits = value_of(Socket::add(driver, other.take_exits()));
  println("this process is ", demo::shown(options, ::getpid(), "<pid>"), ", the other one ",
          demo::shown(options, other.pid(), "<pid>"));

  int answered = 0;
  {
    Executor executor = Runtime().with_low_num(2).with_high_num(4).run();
    auto answering = executor.spawn_task(answer_everything(socket, exits, other.pid(), options));
    answered = block_on(answering);
  }
  const int code = other.wait();
  println("answered: ", answered, ", and the other process ended with exit code ", code);

  const auto too_long = bind_datagrams(driver, folder.path_of(std::string(120, 'x')));
  const std::string why = too_long ? "taken" : too_long.error().message();
  println("a path that is too long: ",
          demo::shown(options, why,
                      "a Unix socket's path has at most 107 bytes, and this one has <n> (set TMPDIR to a "
                      "shorter one): <path>: File name too long"));
  const auto twice = bind_datagrams(driver, here);
  println("a path that is in use: ", twice ? "taken" : twice.error().code().message());
  return answered == kMessages && code == 0 && why.starts_with("a Unix socket's path has at most") && !twice;
}

}  // namespace ch04
