#include "devcluster/apiserver/certificates.hpp"

#include <memory>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace devcluster::apiserver {

namespace {

constexpr long day = 24 * 60 * 60;  // seconds

template <class T, void (*Free)(T*)>
struct Deleter {
  void operator()(T* object) const { Free(object); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY, EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<X509, X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION, X509_EXTENSION_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO, BIO_free_all>>;

// OpenSSL reports failure by 0 or null and keeps the reason in a queue. Caught below.
void require(bool done, const char* what) {
  if (done) return;
  const char* reason = ERR_reason_error_string(ERR_get_error());
  throw std::runtime_error(std::string(what) + ": " + (reason ? reason : "no reason given"));
}

KeyPtr new_key() {
  KeyPtr key(EVP_EC_gen("P-256"));
  require(key != nullptr, "make a key");
  return key;
}

void set_name(X509_NAME* name, const char* common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name);
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1,
          "set a name");
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  require(extension != nullptr, "make an extension");
  require(X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

// A certificate for `key`, all but its extensions and signature.
CertificatePtr blank(EVP_PKEY* key, const char* common_name) {
  CertificatePtr certificate(X509_new());
  require(certificate != nullptr, "make a certificate");
  unsigned char serial[8];
  require(RAND_bytes(serial, sizeof serial) == 1, "make a serial number");
  serial[0] &= 0x7F;  // serial numbers are positive
  BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
  BN_free(number);
  require(X509_set_version(certificate.get(), X509_VERSION_3) == 1, "set the version");
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 365 * day);
  require(X509_set_pubkey(certificate.get(), key) == 1, "set the key");
  set_name(X509_get_subject_name(certificate.get()), common_name);
  return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1, "set the issuer");
  require(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "sign a certificate");
}

CertificatePtr authority_for(EVP_PKEY* key) {
  CertificatePtr authority = blank(key, "devcluster CA");
  add_extension(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(authority.get(), authority.get(), NID_subject_key_identifier, "hash");
  sign(authority.get(), authority.get(), key);
  return authority;
}

CertificatePtr server_certificate(EVP_PKEY* key, X509* authority, EVP_PKEY* authority_key) {
  CertificatePtr server = blank(key, "devcluster API server");
  add_extension(server.get(), authority, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(server.get(), authority, NID_key_usage, "critical,digitalSignature");
  add_extension(server.get(), authority, NID_ext_key_usage, "serverAuth");
  add_extension(server.get(), authority, NID_authority_key_identifier, "keyid");
  add_extension(server.get(), authority, NID_subject_alt_name,
                "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1");
  sign(server.get(), authority, authority_key);
  return server;
}

template <class Write>
std::string pem(Write write) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  require(bio && write(bio.get()) == 1, "write PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string pem_of(X509* certificate) {
  return pem([=](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string pem_of(EVP_PKEY* key) {
  return pem([=](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace

base::Result<Certificates> make_certificates() {
  try {
    const KeyPtr authority_key = new_key();
    const CertificatePtr authority = authority_for(authority_key.get());
    const KeyPtr key = new_key();
    const CertificatePtr server =
        server_certificate(key.get(), authority.get(), authority_key.get());
    Certificates out;
    out.authority = pem_of(authority.get());
    out.certificate = pem_of(server.get());
    out.key = pem_of(key.get());
    return out;
  } catch (const std::runtime_error& problem) {
    return base::Error(base::ErrorKind::internal,
                       std::string("cannot make TLS certificates: ") + problem.what());
  }
}

}  // namespace devcluster::apiserver
