// s1_https_errors.cpp -- the demo of 4.1's other half: what can go wrong with a GET, each with its message.
#include <openssl/x509_vfy.h>
#include <string>
#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch04_networking/demo_support.hpp"
#include "ch04_networking/demos.hpp"
#include "ch04_networking/https/https_error.hpp"
#include "ch04_networking/s1_https_get.hpp"
#include "ch04_networking/sockets.hpp"

namespace ch04 {
namespace {

using namespace std::chrono_literals;
using demo::println;

constexpr std::size_t kLargestBody = 1000;
const std::string kHeadersOf200 = "HTTP/1.1 200 OK\r\n";

Script broken_replies() {
  Script script;
  script["/cut"] = ScriptedReply(kHeadersOf200 + "Content-Length: 99\r\n\r\nHalf a se", Ending::cut);
  script["/headers"] = ScriptedReply(kHeadersOf200 + "Endless: " + std::string(100'000, 'x'), Ending::never);
  script["/chunk"] =
      ScriptedReply(kHeadersOf200 + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", Ending::never);
  script["/long"] = ScriptedReply(ok_reply(std::string(kLargestBody + 1, 'x')));
  script["/other"] = ScriptedReply("220 mail.example ready\r\n");
  script["/silent"] = ScriptedReply("", Ending::never);
  return script;
}

class Tries {
 public:
  Tries(Executor& executor, const Site& site) : executor_(&executor), site_(&site) {}

  // What was tried, and what that said. True if it failed, and as it should.
  bool fails(const char* what, std::string uri, const std::error_code& with, GetLimits limits = GetLimits()) {
    limits.body_bytes = kLargestBody;
    const auto reply = block_on(executor_->spawn_task(https_get(std::move(uri), site_->connector(), limits)));
    println(what, ": ", reply ? "no error" : reply.error().code().message());
    return !reply && reply.error().code() == with;
  }
  // The same where the system's library says why.
  bool does_not_resolve(const demo::Options& options, std::string uri) {
    const auto reply = block_on(executor_->spawn_task(https_get(uri, site_->connector())));
    if (reply) return false;
    println(uri, ": ", demo::shown(options, reply.error().message(), "look up \"no..such..host\": <why>"));
    return reply.error().message().starts_with("look up");
  }

 private:
  Executor* executor_;
  const Site* site_;
};

bool bad_uris(Tries& tries) {
  const bool scheme =
      tries.fails("ftp://localhost/", "ftp://localhost/", make_error_code(HttpsErrc::unsupported_scheme));
  const bool host = tries.fails("http:///path", "http:///path", make_error_code(HttpsErrc::missing_host));
  const bool port =
      tries.fails("http://localhost:99999/", "http://localhost:99999/", make_error_code(HttpsErrc::bad_port));
  const bool none = tries.fails("localhost", "localhost", make_error_code(HttpsErrc::bad_uri));
  return scheme && host && port && none;
}

bool bad_certificates(Tries& tries, Site& site) {
  const std::vector<std::string> localhost{"DNS:localhost"};
  const Script none;
  const std::string wrong_host = site.start_https(site.issuer().issue({"DNS:elsewhere.example"}), none);
  const std::string expired = site.start_https(site.issuer().issue(localhost, Validity::expired), none);
  const std::string too_early = site.start_https(site.issuer().issue(localhost, Validity::not_yet), none);
  const std::string stranger = site.start_https(Issuer("somebody").issue(localhost), none);
  const bool host = tries.fails("a certificate of elsewhere.example", wrong_host,
                                certificate_error(X509_V_ERR_HOSTNAME_MISMATCH));
  const bool old = tries.fails("one of last week", expired, certificate_error(X509_V_ERR_CERT_HAS_EXPIRED));
  const bool early =
      tries.fails("one of tomorrow", too_early, certificate_error(X509_V_ERR_CERT_NOT_YET_VALID));
  const bool unknown = tries.fails("one that somebody has signed", stranger,
                                   certificate_error(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY));
  return host && old && early && unknown;
}

bool bad_replies(Tries& tries, const Site& site) {
  GetLimits impatient;
  impatient.time = 100ms;
  const bool cut =
      tries.fails("a reply that is cut", site.http("/cut"), make_error_code(HttpsErrc::reply_cut));
  const bool cut_tls =
      tries.fails("the same over TLS", site.https("/cut"), make_error_code(HttpsErrc::reply_cut));
  const bool headers = tries.fails("headers without end", site.http("/headers"),
                                   make_error_code(HttpsErrc::no_end_of_headers));
  const bool chunk =
      tries.fails("a chunk of 2^68 bytes", site.http("/chunk"), make_error_code(HttpsErrc::bad_chunk));
  const bool body =
      tries.fails("more body than asked for", site.http("/long"), make_error_code(HttpsErrc::body_too_long));
  const bool other = tries.fails("a mail server", site.http("/other"), make_error_code(HttpsErrc::not_http));
  const bool silent = tries.fails("a server that says nothing", site.http("/silent"),
                                  make_error_code(HttpsErrc::took_too_long), impatient);
  return cut && cut_tls && headers && chunk && body && other && silent;
}

}  // namespace

bool https_errors_demo(const demo::Options& options) {
  const SystemClock real_time;  // also with --speed: the limit of the others is for what stands still
  const demo::WaitingFor waiting("a GET to fail", std::chrono::seconds(45));
  Executor executor = Runtime().with_low_num(2).with_high_num(4).run();
  Site site(executor, broken_replies());
  Tries tries(executor, site);

  const bool uris = bad_uris(tries);
  const bool name = tries.does_not_resolve(options, "http://no..such..host/");
  const base::Descriptor nobody = value_of(hold_port(SocketAddress::loopback(0)));
  const auto port = std::to_string(value_of(local_address(nobody.get())).port());
  const bool refused = tries.fails("a port where nobody listens", "http://127.0.0.1:" + port + "/",
                                   std::make_error_code(std::errc::connection_refused));
  const bool plain = tries.fails("https:// to a server of http://", "https" + site.http("/").substr(4),
                                 make_error_code(HttpsErrc::not_tls));
  const bool certificates = bad_certificates(tries, site);
  const bool replies = bad_replies(tries, site);
  return uris && name && refused && plain && certificates && replies;
}

}  // namespace ch04
