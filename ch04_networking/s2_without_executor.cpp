// s2_without_executor.cpp -- the demo of 4.2: why the GET cannot run, and that it can with ours.
#include "ch04_networking/s2_without_executor.hpp"

#include <exception>
#include <stdexcept>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/demos.hpp"
#include "ch04_networking/s1_https_get.hpp"

namespace ch04 {
namespace {

using demo::println;

// The status, or why there is none.
template <class Reply>
std::string outcome_of(Executor& executor, Reply reply) {
  try {
    const auto done = block_on(executor.spawn_task(std::move(reply)));
    return done ? "Response status: " + std::to_string(done->status) + " " + done->reason
                : done.error().message();
  } catch (const std::logic_error& no_executor) {
    return no_executor.what();
  }
}

}  // namespace

bool without_executor_demo(const demo::Options&) {
  const SystemClock real_time;  // also with --speed: the limit of a GET is for what stands still
  const demo::WaitingFor waiting("a GET that cannot run to say so");
  Executor executor = Runtime().with_low_num(2).with_high_num(4).run();
  Script script;
  script["/"] = ScriptedReply(ok_reply("here"));
  const Site site(executor, script);
  const auto uri = Uri::parse(site.http("/"));

  const std::string without =
      outcome_of(executor, https_get_without_executor(site.http_address(), uri.value()));
  println("on an io_context: ", without);
  const std::string with = outcome_of(executor, https_get(site.http("/"), site.connector()));
  println("on our executor:  ", with);
  return without.starts_with("there is no executor running") && with == "Response status: 200 OK";
}

}  // namespace ch04
