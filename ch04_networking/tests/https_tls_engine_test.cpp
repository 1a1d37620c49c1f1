// https_tls_engine_test.cpp -- TLS between two buffers: every state by hand, without a socket.
#include <array>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "ch04_networking/https/https_error.hpp"
#include "ch04_networking/https/tls_engine.hpp"
#include "ch04_networking/tests/https_tls_pair.hpp"

namespace ch04 {
namespace {

// What the engine reads now; "" if it needs more bytes.
std::string read_from(TlsEngine& engine) {
  std::array<std::byte, 100'000> buffer;
  const auto count = engine.read(buffer);
  if (!count || !*count) return "";
  return {reinterpret_cast<const char*>(buffer.data()), **count};
}

void expect_words_both_ways(TlsPair& pair) {
  EXPECT_EQ(pair.client.write(bytes_of("ping"))->value(), 4u);
  TlsPair::carry(pair.client, pair.server);
  EXPECT_EQ(read_from(pair.server), "ping");
  EXPECT_EQ(pair.server.write(bytes_of("pong"))->value(), 4u);
  TlsPair::carry(pair.server, pair.client);
  EXPECT_EQ(read_from(pair.client), "pong");
}

TEST(TlsEngineTest, WordsGoBothWays_AfterTheHandshake) {
  TlsPair pair;
  ASSERT_TRUE(pair.shake_hands());
  expect_words_both_ways(pair);
}

// Question: TLS speaks in records. What does an engine say that has half a record?
// Predict: neither an error nor a byte: it needs more. Break in `TlsEngine::answer`.
TEST(TlsEngineTest, ByteByByte_IsAsGoodAsAllAtOnce) {
  TlsPair pair;
  ASSERT_TRUE(pair.shake_hands(1));
  EXPECT_EQ(pair.client.write(bytes_of("ping"))->value(), 4u);
  std::string read;
  while (TlsPair::carry(pair.client, pair.server, 1)) {
    EXPECT_EQ(read, "");
    read += read_from(pair.server);
  }
  EXPECT_EQ(read, "ping");
}

TEST(TlsEngineTest, FreshClient_HasSomethingToSay_AndNeedsAnAnswer) {
  TlsPair pair;
  EXPECT_TRUE(pair.client.outgoing().empty());
  EXPECT_FALSE(pair.client.handshake());
  EXPECT_FALSE(pair.client.outgoing().empty());
}

// OpenSSL keeps a list of errors for each thread, and a task comes to many.
TEST(TlsEngineTest, ErrorOfAnotherConnection_IsNotTakenForOnesOwn) {
  TlsPair pair;
  ASSERT_TRUE(pair.shake_hands());
  (void)read_from(pair.client);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  std::array<std::byte, 8> buffer;
  EXPECT_FALSE(pair.client.read(buffer)) << "it needs more, and nothing is wrong";
}

TEST(TlsEngineTest, OneWrite_IsAtMostOneRecord) {
  TlsPair pair;
  ASSERT_TRUE(pair.shake_hands());
  const std::string large(100'000, 'x');
  EXPECT_EQ(pair.client.write(bytes_of(large))->value(), 16u * 1024);
  EXPECT_EQ(pair.client.write({})->value(), 0u);
}

// Question: bytes end. Is that the end of the reply, or did somebody cut the wire?
// Predict: only a close_notify says that it is the end. Break in `TlsEngine::failure`.
TEST(TlsEngineTest, EndWithCloseNotify_IsTheEnd_AndWithoutItAnError) {
  TlsPair closed;
  ASSERT_TRUE(closed.shake_hands());
  ASSERT_TRUE(closed.server.close());
  TlsPair::carry(closed.server, closed.client);
  std::array<std::byte, 8> buffer;
  EXPECT_EQ(closed.client.read(buffer)->value(), 0u);

  TlsPair cut;
  ASSERT_TRUE(cut.shake_hands());
  cut.client.received_end();
  EXPECT_TRUE(cut.client.read(buffer)->error().is(IoErrc::unexpected_end));
}

TEST(TlsEngineTest, WhoHasClosed_StillReads_AndBothSeeTheOthersEnd) {
  TlsPair pair;
  ASSERT_TRUE(pair.shake_hands());
  ASSERT_TRUE(pair.client.close()->has_value());
  const auto first = pair.client.outgoing().size();
  const auto again = pair.client.close();
  ASSERT_TRUE(again && *again);
  EXPECT_EQ(pair.client.outgoing().size(), first) << "a second close says nothing more";
  TlsPair::carry(pair.client, pair.server);
  std::array<std::byte, 8> buffer;
  EXPECT_EQ(pair.server.read(buffer)->value(), 0u);

  EXPECT_EQ(pair.server.write(bytes_of("late"))->value(), 4u);
  ASSERT_TRUE(pair.server.close()->has_value());
  TlsPair::carry(pair.server, pair.client);
  EXPECT_EQ(read_from(pair.client), "late");
  EXPECT_EQ(pair.client.read(buffer)->value(), 0u);
}

// Question: can a write need bytes of the peer?
// Predict: TLS 1.2 may begin a new handshake at any time; then a write waits for it. Break in
// `TlsEngine::write`.
TEST(TlsEngineTest, Renegotiation_MakesAWriteWaitForThePeer) {
  TlsConfig client = test_client();
  client.limit_to_tls_1_2();
  TlsPair pair(client);
  ASSERT_TRUE(pair.shake_hands());

  ASSERT_EQ(SSL_renegotiate(pair.server.handle()), 1);
  EXPECT_TRUE(pair.server.handshake()) << "it asks, and goes on";
  TlsPair::carry(pair.server, pair.client);
  EXPECT_EQ(read_from(pair.client), "");
  EXPECT_FALSE(pair.client.outgoing().empty()) << "a read has something to say";
  EXPECT_FALSE(pair.client.write(bytes_of("ping"))) << "the new handshake comes first";
  std::string read;
  TlsEngine::Result written;
  for (int rounds = 0; rounds < 20 && read.empty(); ++rounds) {
    if (!written) written = pair.client.write(bytes_of("ping"));
    TlsPair::carry(pair.client, pair.server);
    read += read_from(pair.server);
    TlsPair::carry(pair.server, pair.client);
  }
  EXPECT_TRUE(written && *written);
  EXPECT_EQ(read, "ping");
  expect_words_both_ways(pair);
}

TEST(TlsEngineTest, NewKeys_AreAnsweredByARead) {
  TlsPair pair;
  ASSERT_TRUE(pair.shake_hands());
  (void)read_from(pair.client);  // the server's tickets
  ASSERT_EQ(SSL_key_update(pair.server.handle(), SSL_KEY_UPDATE_REQUESTED), 1);
  EXPECT_EQ(pair.server.write(bytes_of("pong"))->value(), 4u);
  TlsPair::carry(pair.server, pair.client);
  EXPECT_TRUE(pair.client.outgoing().empty());
  EXPECT_EQ(read_from(pair.client), "pong");
  EXPECT_FALSE(read_from(pair.client).size());
  EXPECT_EQ(pair.client.write(bytes_of("ping"))->value(), 4u);
  TlsPair::carry(pair.client, pair.server);
  EXPECT_EQ(read_from(pair.server), "ping");
  expect_words_both_ways(pair);
}

long refusal_of(const TlsConfig& server, const std::string& host) {
  TlsPair pair(test_client(), server, host);
  const auto done = pair.shake_hands();
  if (done) return X509_V_OK;
  EXPECT_EQ(done.error().code().category(), certificate_error(0).category()) << done.error().message();
  return done.error().code().value();
}

TEST(TlsEngineTest, EachBadCertificate_IsRefusedForItsOwnReason) {
  const Issuer& issuer = test_issuer();
  const std::vector<std::string> localhost{"DNS:localhost"};
  EXPECT_EQ(refusal_of(test_server(), "localhost"), X509_V_OK);
  EXPECT_EQ(refusal_of(test_server(), "127.0.0.1"), X509_V_OK);
  EXPECT_EQ(refusal_of(test_server(), "elsewhere.example"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(refusal_of(test_server(), "127.0.0.2"), X509_V_ERR_IP_ADDRESS_MISMATCH);
  EXPECT_EQ(refusal_of(test_server(issuer.issue(localhost, Validity::expired)), "localhost"),
            X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(refusal_of(test_server(issuer.issue(localhost, Validity::not_yet)), "localhost"),
            X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(refusal_of(test_server(Issuer("somebody").issue(localhost)), "localhost"),
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

// An issuer with the trusted one's name, but not its key.
TEST(TlsEngineTest, ForgedIssuer_IsRefused) {
  const Issuer forged("the tests' issuer");
  EXPECT_NE(refusal_of(test_server(forged.issue({"DNS:localhost"})), "localhost"), X509_V_OK);
}

TEST(TlsEngineTest, WhoRefuses_TellsThePeerWhy) {
  TlsPair pair(test_client(), test_server(), "elsewhere.example");
  ASSERT_FALSE(pair.shake_hands());
  const auto server = pair.server.handshake();
  std::array<std::byte, 8> buffer;
  const auto told = server && *server ? pair.server.read(buffer) : server;
  ASSERT_TRUE(told && !*told);
  EXPECT_NE((*told).error().message().find("alert"), std::string::npos) << (*told).error().message();
}

TEST(TlsEngineTest, WhatIsNoTls_IsSaidSo) {
  TlsPair pair;
  EXPECT_FALSE(pair.client.handshake());
  pair.client.received(bytes_of("HTTP/1.1 400 Bad Request\r\n\r\n"));
  EXPECT_EQ(pair.client.handshake()->error().code(), make_error_code(HttpsErrc::not_tls));

  TlsPair ended;
  EXPECT_FALSE(ended.client.handshake());
  ended.client.received_end();
  EXPECT_TRUE(ended.client.handshake()->error().is(IoErrc::unexpected_end));
}

TEST(TlsConfigTest, WhatIsNoCertificate_IsAnError) {
  EXPECT_FALSE(TlsConfig::client("no certificate"));
  const Identity one = test_issuer().issue({"DNS:a"});
  const Identity other = test_issuer().issue({"DNS:b"});
  EXPECT_TRUE(TlsConfig::server(one.certificate, one.key));
  EXPECT_FALSE(TlsConfig::server(one.certificate, other.key));
  EXPECT_FALSE(TlsConfig::server(one.certificate, ""));
}

}  // namespace
}  // namespace ch04
