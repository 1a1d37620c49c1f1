// http_parser_test.cpp -- messages from bytes in any parts; cut anywhere; too long; and what is no message.
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "common/io/http/message_parser.hpp"

namespace {

using namespace async;
using http::Errc;

using Parser = http::MessageParser<http::Response>;
using Parts = std::vector<std::string_view>;

const std::string kSized = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
const std::string kChunked =
    "HTTP/1.1 200 Very Well\r\nTransfer-Encoding: Chunked\r\n\r\n"
    "3;what=ever\r\nhel\r\n 02 \r\nlo\r\n0\r\nChecksum: none\r\n\r\n";
const std::string kUnsized = "HTTP/1.0 404\r\nServer: old\r\n\r\nhello";

// As one line of text, so that two are compared at a glance. Or what was wrong.
std::string parsed(const Parts& parts, bool ends = true) {
  Parser parser;
  for (const auto part : parts) {
    const auto taken = parser.feed(part);
    if (!taken) return "wrong: " + make_error_code(taken.error()).message();
    if (*taken != part.size()) return "not all taken";
  }
  if (ends) {
    const auto ended = parser.end();
    if (!ended) return "ended: " + make_error_code(ended.error()).message();
  }
  if (!parser.is_done()) return "not done";
  const auto response = parser.take();
  std::string text = std::to_string(response.status) + " [" + response.reason + "]";
  for (const auto& [name, value] : response.fields) text += " " + name + "=" + value;
  return text + " (" + response.body + ")";
}

std::string error_of(std::string_view text, http::Limits limits = {}) {
  Parser parser(limits);
  const auto taken = parser.feed(text);
  return taken ? "taken" : make_error_code(taken.error()).message();
}
std::string error_of(std::string_view text, Errc expected, http::Limits limits = {}) {
  const std::string error = error_of(text, limits);
  return error == make_error_code(expected).message() ? "" : std::string(text) + ": " + error;
}

TEST(HttpParserTest, Whole_IsUnderstood) {
  EXPECT_EQ(parsed({kSized}, false), "200 [OK] Content-Type=text/plain Content-Length=5 (hello)");
  EXPECT_EQ(parsed({kChunked}, false), "200 [Very Well] Transfer-Encoding=Chunked (hello)");
  EXPECT_EQ(parsed({kUnsized}), "404 [] Server=old (hello)");
  EXPECT_EQ(parsed({kUnsized}, false), "not done") << "its body goes on to the end of the stream";
}

// Question: the system gives the bytes in parts that have nothing to do with lines. Where must the parser
// remember that it is in the middle of something?
// Predict: how many states has it between two bytes? Break in `MessageParser::step`.
TEST(HttpParserTest, EverySplit_GivesTheSameMessage) {
  for (const std::string& text : {kSized, kChunked, kUnsized}) {
    const std::string whole = parsed({text});
    const std::string_view view = text;
    Parts bytes;
    for (std::size_t i = 0; i < view.size(); ++i) {
      bytes.push_back(view.substr(i, 1));
      for (std::size_t j = i; j < view.size(); ++j) {
        ASSERT_EQ(parsed({view.substr(0, i), view.substr(i, j - i), view.substr(j)}), whole) << i << " " << j;
      }
    }
    EXPECT_EQ(parsed(bytes), whole);
  }
}

TEST(HttpParserTest, CutAtAnyByte_IsToldWhereItWas) {
  EXPECT_EQ(parsed({""}), "ended: the connection ended without a reply");
  for (const std::string& text : {kSized, kChunked}) {
    const std::size_t head = text.find("\r\n\r\n") + 4;
    for (std::size_t i = 1; i < text.size(); ++i) {
      EXPECT_EQ(parsed({std::string_view(text).substr(0, i)}, false), "not done");
      EXPECT_EQ(parsed({std::string_view(text).substr(0, i)}),
                i < head ? "ended: the stream ended in the middle of the headers"
                         : "ended: the stream ended in the middle of the body")
          << i;
    }
  }
  EXPECT_EQ(parsed({"HTTP/1.0 200 OK\r\n\r\nhel"}), "200 [OK] (hel)") << "nobody said how long it is";
}

TEST(HttpParserTest, WhatIsBehindTheMessage_IsLeft) {
  for (const std::string& text : {kSized, kChunked}) {
    Parser parser;
    EXPECT_EQ(parser.feed(text + kSized), text.size());
    EXPECT_EQ(parser.take().body, "hello");
    EXPECT_FALSE(parser.has_begun());
    EXPECT_EQ(parser.feed(kSized), kSized.size()) << "it may be used again";
    EXPECT_EQ(parser.feed("x"), 0u) << "it is done: take() first";
  }
}

TEST(HttpParserTest, LimitsAndHeaders_BeginAnewWithEachMessage) {
  Parser parser(http::Limits{.fields = 2});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(parser.feed(kChunked));
    const auto response = parser.take();
    EXPECT_EQ(response.fields.size(), 1u);
    EXPECT_EQ(response.body, "hello");
  }
}

TEST(HttpParserTest, Statuses_ThatHaveNoBody) {
  for (const char* status : {"100", "103", "204", "304"}) {
    Parser parser;
    const std::string head = "HTTP/1.1 " + std::string(status) + " x\r\nContent-Length: 5\r\n\r\n";
    EXPECT_EQ(parser.feed(head + "hello"), head.size());
    EXPECT_TRUE(parser.is_done());
  }
}

TEST(HttpParserTest, FirstLine_IsCheckedToTheLastDigit) {
  const auto line = [](const char* text) { return std::string(text) + "\r\n\r\n"; };
  for (const char* wrong :
       {"", "x", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 2x0 OK",
        "HTTP/1.1 -20 OK", "HTTP/1.1 099 OK", "HTTP/1.1  200 OK", " HTTP/1.1 200 OK", "ICY 200 OK"}) {
    EXPECT_EQ(error_of(line(wrong), Errc::bad_start_line), "");
  }
  for (const char* wrong :
       {"HTTP/2 200 OK", "HTTP/1.2 200 OK", "HTTP/1.10 200 OK", "HTTP/0.9 200 OK", "HTTP/ 200 OK"}) {
    EXPECT_EQ(error_of(line(wrong), Errc::unsupported_version), "");
  }
  EXPECT_EQ(parsed({"HTTP/1.1 204 \r\n\r\n"}), "204 [] ()");
  EXPECT_EQ(parsed({"HTTP/1.1 204 a b\r\n\r\n"}), "204 [a b] ()");
}

TEST(HttpParserTest, Lines_EndWithCrLf_AndHaveNothingInvisible) {
  for (const std::string head :
       {"HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\r\r\n", "HTTP/1.1 200\rOK\r\n", "HTTP/1.1 200 O\bK\r\n",
        "HTTP/1.1 200 OK\r\nA: b\n\r\n", "HTTP/1.1 200 OK\r\nA: b\x7f\r\n", "HTTP/1.1 200 OK\r\n\n"}) {
    EXPECT_EQ(error_of(head, Errc::bad_line), "");
  }
  EXPECT_EQ(error_of(std::string("HTTP/1.1 200 O\0K\r\n", 18), Errc::bad_line), "");
}

TEST(HttpParserTest, HeaderLines_AreNameColonValue) {
  const auto field = [](const char* text) { return "HTTP/1.1 204 OK\r\n" + std::string(text) + "\r\n\r\n"; };
  for (const char* wrong :
       {"no colon", ": no name", "Na me: x", "Name : x", " Name: x", "\tgoes on", "Nam\xe9: x"}) {
    EXPECT_EQ(error_of(field(wrong), Errc::bad_field), "");
  }
  EXPECT_EQ(parsed({field("a:\t b: c \t")}), "204 [OK] a=b: c ()");
  EXPECT_EQ(parsed({field("a:")}), "204 [OK] a= ()");
}

TEST(HttpParserTest, Length_IsOneNumberThatFits) {
  const auto length = [](const char* fields) {
    return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n\r\n";
  };
  for (const char* wrong :
       {"Content-Length:", "Content-Length: x", "Content-Length: -1", "Content-Length: +1",
        "Content-Length: 1 2", "Content-Length: 0x1", "Content-Length: 5, 5",
        "Content-Length: 5\r\ncontent-length: 5", "Content-Length: 5\r\nTransfer-Encoding: chunked"}) {
    EXPECT_EQ(error_of(length(wrong), Errc::bad_length), "");
  }
  for (const char* wrong : {"Content-Length: 18446744073709551615", "Content-Length: 18446744073709551616",
                            "Content-Length: 99999999999999999999999", "Content-Length: 16777217"}) {
    EXPECT_EQ(error_of(length(wrong), Errc::body_too_large), "") << "refused before a byte of it has come";
  }
  EXPECT_EQ(error_of(length("Content-Length: 16777216")), "taken");
  EXPECT_EQ(parsed({length("Content-Length: 000")}, false), "200 [OK] Content-Length=000 ()");
}

TEST(HttpParserTest, Codings_OtherThanChunked_AreRefused) {
  for (const char* wrong :
       {"gzip", "gzip, chunked", "chunked, chunked", "chunked\r\nTransfer-Encoding: gzip", ""}) {
    EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + std::string(wrong) + "\r\n\r\n",
                       Errc::unsupported_coding),
              "");
  }
  EXPECT_EQ(error_of("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Errc::unsupported_coding), "");
}

TEST(HttpParserTest, Chunks_HaveASizeThatFits_AndAnEnd) {
  const auto chunks = [](const std::string& text) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + text;
  };
  for (const char* wrong : {"\r\n", "x\r\n", "-1\r\n", "0x5\r\n", "5 5\r\n", ";a\r\n", "1g\r\n"}) {
    EXPECT_EQ(error_of(chunks(wrong), Errc::bad_chunk_size), "");
  }
  EXPECT_EQ(error_of(chunks("FFFFFFFFFFFFFFFF\r\n"), Errc::body_too_large), "");
  EXPECT_EQ(error_of(chunks("10000000000000000\r\n"), Errc::chunk_size_overflow), "");
  EXPECT_EQ(error_of(chunks("fffffffffffffffffffffffffff\r\n"), Errc::chunk_size_overflow), "");
  // Together they would pass the limit, or wrap around it.
  EXPECT_EQ(error_of(chunks("1\r\na\r\nFFFFFFFFFFFFFFFF\r\n"), Errc::body_too_large), "");
  EXPECT_EQ(error_of(chunks("1\r\na\r\n1000000\r\n"), Errc::body_too_large), "");
  for (const char* wrong : {"1\r\nab", "1\r\na\n", "1\r\na\rx", "1\r\na\r\r"}) {
    EXPECT_EQ(error_of(chunks(wrong), Errc::bad_chunk_end), "");
  }
  EXPECT_EQ(error_of(chunks("1\n"), Errc::bad_line), "");
  EXPECT_EQ(error_of(chunks("0\r\nno colon\r\n"), Errc::bad_field), "");
  EXPECT_EQ(parsed({chunks("000000000000000000000A\r\n0123456789\r\n0\r\n\r\n")}, false),
            "200 [OK] Transfer-Encoding=chunked (0123456789)");
}

TEST(HttpParserTest, LimitOfALine_IsExact) {
  const http::Limits limits{.line = 20, .fields = 2, .body = 4, .chunk_line = 3};
  EXPECT_EQ(error_of("HTTP/1.1 200 OK12345\r\nA: 45678901234567890\r\n", limits), "taken");
  EXPECT_EQ(error_of("HTTP/1.1 200 OK123456", Errc::line_too_long, limits), "") << "before its end has come";
  EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nA: 456789012345678901", Errc::line_too_long, limits), "");
}

TEST(HttpParserTest, Limits_OfCountAndBody_AreExact) {
  const http::Limits limits{.line = 30, .fields = 2, .body = 4, .chunk_line = 3};
  const std::string head = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(error_of(head + "A: 1\r\nB: 2\r\n", limits), "taken");
  EXPECT_EQ(error_of(head + "A: 1\r\nB: 2\r\nC: 3\r\n", Errc::too_many_fields, limits), "");
  EXPECT_EQ(error_of(head + "Content-Length: 4\r\n\r\n1234", limits), "taken");
  EXPECT_EQ(error_of(head + "Content-Length: 5\r\n\r\n", Errc::body_too_large, limits), "");
  EXPECT_EQ(error_of(head + "\r\n1234", limits), "taken");
  EXPECT_EQ(error_of(head + "\r\n12345", Errc::body_too_large, limits), "");
  Parser in_parts(limits);
  EXPECT_TRUE(in_parts.feed(head + "\r\n123"));
  EXPECT_EQ(in_parts.feed("45").error(), Errc::body_too_large);
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(error_of(chunked + "002\r\n12\r\n2\r\n34\r\n0\r\nB: 2\r\n\r\n", limits), "taken");
  EXPECT_EQ(error_of(chunked + "2\r\n12\r\n3\r\n", Errc::body_too_large, limits), "");
  EXPECT_EQ(error_of(chunked + "0002\r\n", Errc::line_too_long, limits), "");
  EXPECT_EQ(error_of(chunked + "0\r\nB: 2\r\nC: 3\r\n", Errc::too_many_fields, limits), "")
      << "those behind the chunks count too";
}

TEST(HttpParserTest, AnError_Stays) {
  Parser parser;
  EXPECT_FALSE(parser.feed("nonsense\r\n"));
  EXPECT_EQ(parser.feed(kSized).error(), Errc::bad_start_line);
  EXPECT_EQ(parser.end().error(), Errc::bad_start_line);
  EXPECT_FALSE(parser.is_done());
}

TEST(HttpParserTest, Requests_OneBehindTheOther) {
  http::MessageParser<http::Request> parser;
  const std::string first = "GET /a?b HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n";
  const std::string second = "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi";
  EXPECT_EQ(parser.feed(first + second), first.size());
  const auto get = parser.take();
  EXPECT_EQ(get.method + " " + get.target, "GET /a?b");
  EXPECT_EQ(parser.feed(second), second.size());
  const auto post = parser.take();
  EXPECT_EQ(post.body, "hi");
  for (const char* wrong : {"GET /\r\n", "GET\r\n", "GET  HTTP/1.1\r\n", "GET / x HTTP/1.1\r\n",
                            "G(T / HTTP/1.1\r\n", " / HTTP/1.1\r\n", "GET / http/1.1\r\n"}) {
    http::MessageParser<http::Request> other;
    EXPECT_EQ(other.feed(wrong).error(), Errc::bad_start_line) << wrong;
  }
  EXPECT_EQ(http::MessageParser<http::Request>().feed("GET / HTTP/3.0\r\n").error(),
            Errc::unsupported_version);
}

TEST(HttpFieldsTest, WhatWouldBreakTheMessage_IsRefused) {
  http::Fields fields;
  EXPECT_THROW(fields.add("A", "b\r\nC: d"), std::invalid_argument);
  EXPECT_THROW(fields.add("A: b", "c"), std::invalid_argument);
  EXPECT_THROW(fields.add("", "c"), std::invalid_argument);
  EXPECT_EQ(fields.size(), 0u);
}

TEST(HttpMessageTest, WhatIsWritten_IsUnderstood) {
  http::Response response(201, "Made", "{}");
  response.fields.add("X", "y");
  EXPECT_EQ(parsed({response.to_text()}, false), "201 [Made] X=y Content-Length=2 ({})");
  const auto request = http::Request::get(http::Url::parse("http://h:81/a").value());
  EXPECT_EQ(request.to_text(), "GET /a HTTP/1.1\r\nHost: h:81\r\nAccept: */*\r\nConnection: close\r\n\r\n");
}

TEST(HttpMessageTest, Reason_ThatWouldBreakTheMessage_IsRefused) {
  for (const std::string reason : {"OK\r\nSet-Cookie: a=b", "OK\r", "O\nK"})
    EXPECT_THROW((void)http::Response(200, reason).to_text(), std::invalid_argument) << reason;
}

TEST(HttpMessageTest, StatusWithoutBody_HasNoLengthEither) {
  EXPECT_EQ(http::Response(204, "No Content", "x").to_text(), "HTTP/1.1 204 No Content\r\n\r\n");
}

}  // namespace
