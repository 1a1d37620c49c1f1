// socket_address_test.cpp -- addresses as text and back; what a bad one is told; the message of an IoError.
#include "common/io/socket_address.hpp"

#include <gtest/gtest.h>
#include <string>

#include "common/io/unix_address.hpp"

namespace {

using namespace async;

TEST(SocketAddressTest, Parsed_PrintsTheSameText) {
  for (const std::string text : {"127.0.0.1:8080", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:80", "[::]:0",
                                 "[2001:db8::8a2e:370:7334]:443"}) {
    const auto address = SocketAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
    EXPECT_EQ(address->is_ipv6(), text.front() == '[');
    EXPECT_NE(address->is_ipv4(), address->is_ipv6());
  }
  EXPECT_EQ(SocketAddress::parse("127.0.0.1:8080")->ip(), "127.0.0.1");
  EXPECT_EQ(SocketAddress::parse("127.0.0.1:8080")->port(), 8080);
}

TEST(SocketAddressTest, WhatIsNoAddress_SaysWhatIsExpected) {
  for (const std::string text : {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                                 "127.0.0.1:-1", "127.0.0:80", "localhost:80", "::1:80", "[::1]",
                                 "[127.0.0.1]:80", "[]:80", "[::1:80", "127.0.0.1:80 ", " 127.0.0.1:80"}) {
    const auto address = SocketAddress::parse(text);
    ASSERT_FALSE(address) << text;
    EXPECT_TRUE(address.error().is(IoErrc::bad_address));
    EXPECT_EQ(address.error().message(),
              "\"" + text +
                  "\": not an address: expected IPv4:PORT as in 127.0.0.1:8080, or "
                  "[IPv6]:PORT as in [::1]:80");
  }
}

TEST(SocketAddressTest, Made_HaveTheirParts) {
  EXPECT_EQ(SocketAddress().to_string(), "0.0.0.0:0");
  EXPECT_EQ(SocketAddress::loopback(80).to_string(), "127.0.0.1:80");
  EXPECT_EQ(SocketAddress::any(80).to_string(), "0.0.0.0:80");
  auto address = SocketAddress::parse("[::1]:80").value();
  address.set_port(81);
  EXPECT_EQ(address.to_string(), "[::1]:81");
  EXPECT_EQ(address, SocketAddress::parse("[::1]:81").value());
  EXPECT_NE(address, SocketAddress::parse("[::2]:81").value());
  EXPECT_NE(SocketAddress::loopback(80), SocketAddress::loopback(81));
}

TEST(SocketAddressTest, AUnixAddress_IsAPathOfUpTo107Bytes) {
  EXPECT_EQ(UnixAddress().to_string(), "(unnamed)");
  EXPECT_EQ(UnixAddress::of_path("/tmp/x")->path(), "/tmp/x");
  EXPECT_TRUE(UnixAddress::of_path(std::string(107, 'a')));
  EXPECT_TRUE(UnixAddress::of_path(std::string(108, 'a')).error().is(std::errc::filename_too_long));
  EXPECT_TRUE(UnixAddress::of_path("").error().is(std::errc::invalid_argument));
  EXPECT_TRUE(UnixAddress::of_path(std::string("a\0b", 3)).error().is(std::errc::invalid_argument));
}

TEST(IoErrorTest, SaysWhatWasTriedAndWhy_AndIsCopied) {
  const IoError error(std::make_error_code(std::errc::connection_refused), "connect to 127.0.0.1:80");
  const IoError copy = error;
  EXPECT_EQ(copy.message(), "connect to 127.0.0.1:80: Connection refused");
  EXPECT_TRUE(copy.is(std::errc::connection_refused));
  EXPECT_FALSE(copy.is(std::errc::timed_out));
  EXPECT_EQ(copy.code().value(), ECONNREFUSED);
  EXPECT_EQ(IoError(make_error_code(IoErrc::unexpected_end), "read").message(),
            "read: the stream ended before all that was asked for had come");
}

}  // namespace
