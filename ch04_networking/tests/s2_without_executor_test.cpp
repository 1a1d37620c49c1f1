// s2_without_executor_test.cpp -- the GET on Asio's own context does not run, and says why.
#include "ch04_networking/s2_without_executor.hpp"

#include <gtest/gtest.h>

#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/s1_https_get.hpp"

namespace ch04 {
namespace {

// Question: the server is there, the socket connects, the coroutine runs. What is missing?
// Predict: somebody who asks the io_context's epoll, and calls the handler. Break in `AsioFuture::poll`.
TEST(WithoutExecutorTest, GetOnAsiosOwnContext_SaysWhyItCannotRun) {
  const Deadline deadline("a GET that nobody runs waits for ever");
  Executor executor = Runtime().with_low_num(1).with_high_num(1).run();
  const Site site(executor, Script{{"/", ScriptedReply(ok_reply("here"))}});
  const auto uri = Uri::parse(site.http("/"));
  auto getting = executor.spawn_task(https_get_without_executor(site.http_address(), uri.value()));
  try {
    (void)block_on(getting);
    FAIL() << "nobody runs it";
  } catch (const std::logic_error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("there is no executor running")) << error.what();
  }
  EXPECT_EQ(block_on(executor.spawn_task(https_get(site.http("/"), site.connector()))).value().body, "here");
}

}  // namespace
}  // namespace ch04
