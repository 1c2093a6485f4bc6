#include "kube/config/pem.hpp"

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace kube {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* handle) const {
    release(handle);
  }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;

Bio reader(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// OpenSSL would ask the terminal otherwise.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

// Clears OpenSSL's queue of errors, which the next failure would be mixed up with.
bool at_end_of_blocks() {
  const unsigned long why = ERR_peek_last_error();
  ERR_clear_error();
  return ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
}

Certificate next_certificate(BIO* from) {
  return Certificate(PEM_read_bio_X509(from, nullptr, &no_passphrase, nullptr));
}

base::Error bad(const char* why) {
  return base::Error(base::ErrorKind::invalid, why);
}

}  // namespace

base::Result<void> check_certificates(const std::string& pem) {
  const Bio from = reader(pem);
  int count = 0;
  while (next_certificate(from.get())) ++count;
  if (!at_end_of_blocks()) return bad("holds a certificate that is damaged");
  if (count == 0) return bad("holds no certificate in PEM form");
  return {};
}

base::Result<void> check_key_pair(const std::string& certificate_pem, const std::string& key_pem) {
  const Certificate certificate = next_certificate(reader(certificate_pem).get());
  const Key key(PEM_read_bio_PrivateKey(reader(key_pem).get(), nullptr, &no_passphrase, nullptr));
  const bool fits = certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!key) return bad("is no private key in PEM form without a passphrase");
  if (!fits) return bad("does not belong to the client certificate");
  return {};
}

}  // namespace kube
