// s6_http_request_test.cpp -- RequestReader: good requests, bad ones, and each of them a byte at a time.
#include "ch04_networking/s6_http_request.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ch04::tests {
namespace {

// All that comes out of these bytes: "GET / keep", "HEAD /x close", "400 why".
std::string read_from(RequestReader& reader) {
  std::string all;
  for (;;) {
    const auto next = reader.next();
    if (!next)
      return all + (all.empty() ? "" : ", ") + std::to_string(next.error().status) + " " + next.error().why;
    if (!*next) return all;
    const Request& request = **next;
    all += (all.empty() ? "" : ", ") + request.method + " " + request.target +
           (request.keeps_alive ? " keep" : " close");
  }
}
std::string read_all(std::string_view bytes) {
  RequestReader reader;
  reader.feed(bytes);
  return read_from(reader);
}
// As it may come from the network. What is refused early stays refused.
std::string read_bytewise(std::string_view bytes) {
  RequestReader reader;
  std::string all;
  for (const char byte : bytes) {
    reader.feed({&byte, 1});
    const std::string more = read_from(reader);
    if (more.empty()) continue;
    all += (all.empty() ? "" : ", ") + more;
    if (!reader.next()) break;
  }
  return all;
}

constexpr const char* kNoLine = "400 the first line is not METHOD TARGET VERSION";
constexpr const char* kNoHeader = "400 a header line is not NAME: VALUE";
constexpr const char* kHosts = "400 exactly one Host header is expected";
constexpr const char* kBody = "400 a request with a body is not expected here";

struct Case {
  const char* bytes;
  const char* expected;
};

// Question: which of these would two servers understand differently?
// Predict a few. Break in `read_head`.
TEST(RequestReaderTest, EachCase_AsAWhole_AndByteByByte) {
  const std::vector<Case> cases = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / keep"},
      {"HEAD /x?y=1 HTTP/1.1\r\nhost:a\r\n\r\n", "HEAD /x?y=1 keep"},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / close"},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade , Close\r\n\r\n", "GET / close"},
      {"GET / HTTP/1.0\r\n\r\n", "GET / close"},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET / keep"},
      {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "GET / close"},
      {"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / keep"},
      {"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /1 keep, GET /2 keep"},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "GET / keep"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n", "GET / keep"},
      {"GET / HTTP/1.1\r\nHost: a\r\n", ""},
      {"POST / HTTP/1.1\r\nHost: a\r\n\r\n", "405 only GET and HEAD are known here"},
      {"get / HTTP/1.1\r\nHost: a\r\n\r\n", "405 only GET and HEAD are known here"},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 only HTTP/1.0 and HTTP/1.1 are spoken here"},
      {"GET /\r\n\r\n", kNoLine},
      {"GET  HTTP/1.1\r\nHost: a\r\n\r\n", "400 the target does not begin with /"},
      {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", kNoLine},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", kNoLine},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", kNoLine},
      {"\x01\x02\r\n\r\n", kNoLine},
      {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400 the target does not begin with /"},
      {"GET / HTTP/1.1\nHost: a\r\n\r\n", kNoLine},
      {"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "400 a header's value has control characters"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", "400 a header's value has control characters"},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", kNoHeader},
      {"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", kNoHeader},
      {"GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n", kNoHeader},
      {"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", kNoHeader},
      {"GET / HTTP/1.1\r\n\r\n", kHosts},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", kHosts},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", kBody},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", kBody},
      {"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", kBody},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
       "400 two different Content-Length"},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400 Content-Length is not a number"},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", "400 Content-Length is not a number"},
      {"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n",
       "GET /1 keep, 400 the first line is not METHOD TARGET "
       "VERSION"},
  };
  for (const auto& [bytes, expected] : cases) {
    EXPECT_EQ(read_all(bytes), expected) << bytes;
    EXPECT_EQ(read_bytewise(bytes), expected) << "byte by byte: " << bytes;
  }
}

TEST(RequestReaderTest, CutAtEveryByte_IsTheSame) {
  const std::string bytes = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    RequestReader reader;
    reader.feed(std::string_view(bytes).substr(0, cut));
    std::string all = read_from(reader);
    reader.feed(std::string_view(bytes).substr(cut));
    const std::string more = read_from(reader);
    all += (all.empty() || more.empty() ? "" : ", ") + more;
    EXPECT_EQ(all, "GET /1 keep, HEAD /2 keep") << cut;
    EXPECT_FALSE(reader.has_begun());
  }
}

std::string head_of(std::size_t length) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nCookie: ";
  return begin + std::string(length - begin.size() - 4, 'c') + "\r\n\r\n";
}

TEST(RequestReaderTest, LongestHead_IsTaken_AndOneByteMoreIsNot) {
  EXPECT_EQ(read_all(head_of(RequestReader::kLongestHead)), "GET / keep");
  EXPECT_TRUE(read_all(head_of(RequestReader::kLongestHead + 1)).starts_with("431 "));
  // Nor is one that never ends: it is refused when it is too long, not when it has ended.
  EXPECT_TRUE(read_all("GET /" + std::string(RequestReader::kLongestHead, 'x')).starts_with("431 "));
  EXPECT_TRUE(read_bytewise(head_of(RequestReader::kLongestHead + 1)).starts_with("431 "));
}

TEST(RequestReaderTest, ManySentAhead_ComeOutInTheirOrder) {
  std::string bytes, expected;
  for (int i = 0; i < 1'000; ++i) {
    bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    expected += (i == 0 ? "GET /" : ", GET /") + std::to_string(i) + " keep";
  }
  EXPECT_EQ(read_all(bytes), expected);
}

TEST(RequestReaderTest, HasBegun_OnlyWhileARequestIsUnfinished) {
  RequestReader reader;
  EXPECT_FALSE(reader.has_begun());
  reader.feed("G");
  EXPECT_EQ(read_from(reader), "");
  EXPECT_TRUE(reader.has_begun());
  reader.feed("ET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(read_from(reader), "GET / keep");
  EXPECT_FALSE(reader.has_begun());
}

TEST(RequestReaderTest, Refused_StaysRefused) {
  RequestReader reader;
  reader.feed("nonsense\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(read_from(reader), kNoLine);
  EXPECT_EQ(read_from(reader), kNoLine);
}

}  // namespace
}  // namespace ch04::tests
