// https_one_page_site.hpp -- OnePageSite: servers that have one reply, and what a GET says of it.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/s1_https_get.hpp"

namespace ch04 {

class OnePageSite {
 public:
  explicit OnePageSite(ScriptedReply page) : site_(executor_, Script{{"/", std::move(page)}}) {}

  IoResult<HttpReply> get(bool tls, GetLimits limits = GetLimits()) {
    const std::string uri = tls ? site_.https("/") : site_.http("/");
    return block_on(executor_.spawn_task(https_get(uri, site_.connector(), limits)));
  }
  // The error, which is the same at both schemes.
  std::error_code error(GetLimits limits = GetLimits()) {
    const auto plain = get(false, limits);
    const auto tls = get(true, limits);
    EXPECT_EQ(plain.has_value(), tls.has_value());
    if (plain || tls) return {};
    EXPECT_EQ(plain.error().code(), tls.error().code()) << plain.error().message() << tls.error().message();
    EXPECT_TRUE(plain.error().message().starts_with("GET http://localhost:")) << plain.error().message();
    return plain.error().code();
  }

 private:
  const Deadline deadline_{"a GET never ended"};
  Executor executor_ = Runtime().with_low_num(2).with_high_num(1).run();
  Site site_;
};

inline ScriptedReply page(const std::string& rest_of_reply, Ending ending = Ending::properly) {
  return ScriptedReply("HTTP/1.1 200 OK\r\n" + rest_of_reply, ending);
}

}  // namespace ch04
