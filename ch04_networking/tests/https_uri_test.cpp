// https_uri_test.cpp -- what is a URI, what it means, and what each bad one is told.
#include <gtest/gtest.h>

#include "ch04_networking/https/https_error.hpp"
#include "ch04_networking/https/uri.hpp"

namespace ch04 {
namespace {

TEST(UriTest, PartsOfAUri_AreFound) {
  const Uri uri = Uri::parse("https://example.org:8443/a/b?c=1#d").value();
  EXPECT_EQ(uri.scheme(), Uri::Scheme::https);
  EXPECT_EQ(uri.host(), "example.org");
  EXPECT_EQ(uri.port(), 8443);
  EXPECT_EQ(uri.target(), "/a/b?c=1");
  EXPECT_EQ(uri.authority(), "example.org:8443");
  EXPECT_EQ(uri.to_string(), "https://example.org:8443/a/b?c=1");
}

TEST(UriTest, WhatIsNotSaid_IsTheSchemesOwn) {
  EXPECT_EQ(Uri::parse("http://a").value().port(), 80);
  EXPECT_EQ(Uri::parse("https://a").value().port(), 443);
  EXPECT_EQ(Uri::parse("https://a:/x").value().port(), 443);
  EXPECT_EQ(Uri::parse("http://a").value().target(), "/");
  EXPECT_EQ(Uri::parse("http://a?q").value().target(), "/?q");
  EXPECT_EQ(Uri::parse("http://a:80/").value().authority(), "a");
  EXPECT_EQ(Uri::parse("https://a:80/").value().authority(), "a:80");
}

TEST(UriTest, SchemeAndHost_AreWithoutCase) {
  const Uri uri = Uri::parse("HTTP://Example.ORG/Path").value();
  EXPECT_EQ(uri.to_string(), "http://example.org/Path");
}

TEST(UriTest, Ipv6_StandsInBrackets) {
  const Uri uri = Uri::parse("http://[::1]:8080/").value();
  EXPECT_EQ(uri.host(), "::1");
  EXPECT_EQ(uri.port(), 8080);
  EXPECT_EQ(uri.authority(), "[::1]:8080");
  EXPECT_EQ(Uri::parse("http://[::1]").value().port(), 80);
}

HttpsErrc error_of(std::string_view text) {
  const auto uri = Uri::parse(text);
  if (uri) return {};
  EXPECT_TRUE(uri.error().message().starts_with("\"" + std::string(text) + "\": ")) << uri.error().message();
  return static_cast<HttpsErrc>(uri.error().code().value());
}

TEST(UriTest, EachBadUri_IsToldWhatIsBad) {
  for (const char* none : {"", "localhost", "://a", "http:/a", "http://a b/", "http://[::1/",
                           "http://[localhost]/", "http://[]/", "http://[127.0.0.1]:80/"})
    EXPECT_EQ(error_of(none), HttpsErrc::bad_uri) << none;
  for (const char* scheme : {"ftp://a/", "httpss://a", "file:///etc/hosts"})
    EXPECT_EQ(error_of(scheme), HttpsErrc::unsupported_scheme) << scheme;
  for (const char* host : {"http://", "http:///path", "http://:80/", "http://?q", "https://#f"})
    EXPECT_EQ(error_of(host), HttpsErrc::missing_host) << host;
  for (const char* port :
       {"http://a:0/", "http://a:65536/", "http://a:8o/", "http://a:-1/", "http://[::1]80/"})
    EXPECT_EQ(error_of(port), HttpsErrc::bad_port) << port;
}

// What is told may end in a log.
TEST(UriTest, NameAndPassword_AreRefused_AndNotRepeated) {
  const auto message_of = [](std::string_view text) { return Uri::parse(text).error().message(); };
  const std::string bad = ": not a URI: expected http://HOST[:PORT]/PATH or https://..., without spaces";
  EXPECT_EQ(message_of("http://me:secret@127.0.0.1/"), "\"http://...@127.0.0.1/\"" + bad);
  EXPECT_EQ(message_of("http://me@a:80/x@y"), "\"http://...@a:80/x@y\"" + bad);
  EXPECT_EQ(message_of("http://me:s@cret@[::1]/"), "\"http://...@[::1]/\"" + bad);
  EXPECT_EQ(message_of("me:secret@a/"), "\"...@a/\"" + bad);
  EXPECT_EQ(message_of("ftp://me:secret@a/"),
            "\"ftp://...@a/\": unsupported scheme: only http and https are known here");
  EXPECT_EQ(Uri::parse("http://a/x@y").value().target(), "/x@y");
}

// Question: a target with a line end in it would end the request's first line. What could the rest of it be?
// Predict: a header, or a second request, of whoever wrote the URI. Break in `has_only_visible_characters`.
TEST(UriTest, LineEndInATarget_IsNoUri) {
  EXPECT_EQ(error_of("http://a/\r\nX-Evil: 1"), HttpsErrc::bad_uri);
  EXPECT_EQ(error_of(std::string_view("http://a\0.b/", 12)), HttpsErrc::bad_uri);
}

}  // namespace
}  // namespace ch04
