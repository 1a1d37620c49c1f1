// http_url_test.cpp -- what is a URL, and what each part of it is.
#include <gtest/gtest.h>
#include <string>

#include "common/io/http/url.hpp"

namespace {

using namespace async;

struct Right {
  const char* text;
  const char* host;
  int port;
  const char* target;
  const char* authority;
};

TEST(HttpUrlTest, RightOnes_AreTakenApart) {
  for (const Right& right : {
           Right{"http://example.org", "example.org", 80, "/", "example.org"},
           Right{"HTTP://example.org:80/", "example.org", 80, "/", "example.org"},
           Right{"http://example.org:8080/a/b?c=d/e:f@g#h?i", "example.org", 8080, "/a/b?c=d/e:f@g",
                 "example.org:8080"},
           Right{"http://example.org?c=d", "example.org", 80, "/?c=d", "example.org"},
           Right{"http://example.org#part", "example.org", 80, "/", "example.org"},
           Right{"http://127.0.0.1:65535/delay/5", "127.0.0.1", 65535, "/delay/5", "127.0.0.1:65535"},
           Right{"http://[::1]/", "::1", 80, "/", "[::1]"},
           Right{"http://[::ffff:1.2.3.4]:81/x", "::ffff:1.2.3.4", 81, "/x", "[::ffff:1.2.3.4]:81"},
       }) {
    const auto url = http::Url::parse(right.text);
    ASSERT_TRUE(url) << right.text << " " << url.error().message();
    EXPECT_EQ(url->host(), right.host);
    EXPECT_EQ(url->port(), right.port);
    EXPECT_EQ(url->target(), right.target);
    EXPECT_EQ(url->authority(), right.authority);
  }
}

TEST(HttpUrlTest, WrongOnes_AreRefusedWithTheTextAndWhatIsExpected) {
  for (const std::string text : {"",
                                 "example.org",
                                 "://example.org",
                                 "http:/example.org",
                                 "http://",
                                 "http:///x",
                                 "http://:80",
                                 "http://a b/",
                                 "http://a/b c",
                                 "http://a/\r\nHost: b",
                                 "http://a/\xc3\xa4",
                                 "http://\xc3\xa4/",
                                 "http://user@host/",
                                 "http://user:word@host/",
                                 "http://host:",
                                 "http://host:x",
                                 "http://host:80x",
                                 "http://host:-1",
                                 "http://host:0",
                                 "http://host:65536",
                                 "http://host:99999999999",
                                 "http://[::1",
                                 "http://[]",
                                 "http://[::1]x",
                                 "http://[::1]x80",
                                 "http://[host]/",
                                 "http://a%20b/",
                                 "http://a:b:c/",
                                 "127.0.0.1:80/?to=http://x",
                                 "example.org/http://x",
                                 "127.0.0.1://x"}) {
    const auto url = http::Url::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code(), http::Errc::bad_url) << text;
    EXPECT_EQ(url.error().message(),
              "\"" + text + "\": not a URL: expected http://HOST[:PORT][/PATH], in printable ASCII");
  }
}

TEST(HttpUrlTest, OtherSchemes_AreToldApart) {
  for (const char* text :
       {"https://example.org/", "ftp://example.org/", "httpx://a", "git+ssh://a", "data.txt://a"}) {
    const auto url = http::Url::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code(), http::Errc::unsupported_scheme);
    EXPECT_NE(url.error().message().find("only http://"), std::string::npos);
  }
}

TEST(HttpUrlTest, AnyPrefix_IsAUrlOrRefused_NeverMore) {
  const std::string whole = "http://[::1]:8080/a?b#c";
  for (std::size_t i = 0; i <= whole.size(); ++i) {
    const auto url = http::Url::parse(whole.substr(0, i));
    EXPECT_EQ(url.has_value(), i >= 12 && i != 13) << whole.substr(0, i);
  }
}

}  // namespace
