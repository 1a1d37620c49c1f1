// certificates.hpp -- certificates that are made for one run, in memory: an issuer, and what it signs.
//
//   const Issuer issuer("an issuer of this run");
//   const Identity server = issuer.issue({"DNS:localhost", "IP:127.0.0.1"});
//
// For the demos' and tests' own servers on loopback. Nothing is written to a file, and every run has new
// keys.
// Thread safety: values. Errors: std::runtime_error if OpenSSL refuses, which it does for malformed names
//   alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct x509_st;      // OpenSSL's X509
struct evp_pkey_st;  // and EVP_PKEY

namespace ch04 {

// As PEM text.
struct Identity {
  std::string certificate;
  std::string key;
};

enum class Validity : std::uint8_t { now, expired, not_yet };

class Issuer {
 public:
  explicit Issuer(const std::string& name);

  // Its own, for those who are to trust it. PEM.
  [[nodiscard]] std::string certificate() const;

  // For a server with these names: "DNS:localhost", "IP:127.0.0.1".
  [[nodiscard]] Identity issue(const std::vector<std::string>& names,
                               Validity validity = Validity::now) const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

}  // namespace ch04
