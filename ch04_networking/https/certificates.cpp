// certificates.cpp -- the calls of OpenSSL that make a key, and sign a certificate.
#include "ch04_networking/https/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <random>
#include <stdexcept>

namespace ch04 {
namespace {

constexpr long kHour = 3600;
constexpr long kDay = 24 * kHour;

// OpenSSL says 1, or a pointer, where it did what was asked.
template <class T>
T done(T answer) {
  if (!answer) {
    const char* const why = ERR_reason_error_string(ERR_get_error());
    throw std::runtime_error(std::string("a certificate could not be made: ") + (why != nullptr ? why : "?"));
  }
  return answer;
}

std::shared_ptr<EVP_PKEY> new_key() { return {done(EVP_EC_gen("P-256")), &EVP_PKEY_free}; }

void add_extension(X509& certificate, X509& issuer, int name, const std::string& value) {
  X509V3_CTX about;
  X509V3_set_ctx_nodb(&about);
  X509V3_set_ctx(&about, &issuer, &certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&::X509_EXTENSION_free)> extension(
      done(X509V3_EXT_conf_nid(nullptr, &about, name, value.c_str())), &::X509_EXTENSION_free);
  done(X509_add_ext(&certificate, extension.get(), -1));
}

// A certificate without extensions and signature.
std::shared_ptr<X509> new_certificate(const std::string& subject, EVP_PKEY& key, Validity validity) {
  const std::shared_ptr<X509> made(done(X509_new()), &X509_free);
  const long from = validity == Validity::not_yet ? kDay : -2 * kDay;
  const long to = validity == Validity::expired ? -kDay : 2 * kDay;
  done(X509_set_version(made.get(), X509_VERSION_3));
  done(ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), std::random_device()()));
  done(X509_gmtime_adj(X509_getm_notBefore(made.get()), from));
  done(X509_gmtime_adj(X509_getm_notAfter(made.get()), to));
  done(X509_set_pubkey(made.get(), &key));
  done(X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0));
  return made;
}

template <class Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> text(done(BIO_new(BIO_s_mem())), &::BIO_free);
  done(write(text.get()));
  char* first = nullptr;
  const long size = BIO_get_mem_data(text.get(), &first);
  return {first, static_cast<std::size_t>(size)};
}
std::string to_pem(X509& certificate) {
  return to_pem([&](BIO* text) { return PEM_write_bio_X509(text, &certificate); });
}

}  // namespace

Issuer::Issuer(const std::string& name)
    : key_(new_key()), certificate_(new_certificate(name, *key_, Validity::now)) {
  X509& own = *certificate_;
  done(X509_set_issuer_name(&own, X509_get_subject_name(&own)));
  add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own, own, NID_key_usage, "critical,keyCertSign");
  add_extension(own, own, NID_subject_key_identifier, "hash");
  done(X509_sign(&own, key_.get(), EVP_sha256()));
}

std::string Issuer::certificate() const { return to_pem(*certificate_); }

Identity Issuer::issue(const std::vector<std::string>& names, Validity validity) const {
  const auto key = new_key();
  const auto made = new_certificate("a server", *key, validity);
  std::string all_names;
  for (const std::string& name : names) all_names += (all_names.empty() ? "" : ",") + name;
  done(X509_set_issuer_name(made.get(), X509_get_subject_name(certificate_.get())));
  add_extension(*made, *certificate_, NID_subject_alt_name, all_names);
  add_extension(*made, *certificate_, NID_authority_key_identifier, "keyid");
  done(X509_sign(made.get(), key_.get(), EVP_sha256()));
  return {.certificate = to_pem(*made), .key = to_pem([&](BIO* text) {
                                          return PEM_write_bio_PrivateKey(text, key.get(), nullptr, nullptr,
                                                                          0, nullptr, nullptr);
                                        })};
}

}  // namespace ch04
