#include "kube/http/tls_client.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "kube/http/tcp_stream.hpp"

namespace kube {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds ca_believed_for{60};  // kube-rs' figure

bool is_address(const std::string& host) {
  error_code why;
  asio::ip::make_address(host, why);
  return !why;
}

base::Error unusable(const std::string& what, const error_code& why) {
  return base::Error(base::ErrorKind::invalid, "the " + what + " cannot be used: " + why.message());
}

std::string advice_for(long verdict, const std::string& name) {
  switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the server's certificate is not for \"" + name +
             "\"; use a name that it lists, or set tls-server-name";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "check the clocks of both machines and renew the server's certificate";
    default:
      return "the server's certificate was not issued by the CA we trust; check "
             "certificate-authority and the server address";
  }
}

class TlsStream final : public SecureStream {
 public:
  TlsStream(tcp::socket socket, ssl::context& context, std::string name)
      : stream_(std::move(socket), context), name_(std::move(name)) {}

  // What the certificate has to name. OpenSSL keeps IP addresses and DNS names apart, and so does
  // SNI, which must not hold an address (RFC 6066).
  bool expect_name() {
    SSL* const native = stream_.native_handle();
    if (is_address(name_))
      return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(native), name_.c_str()) == 1;
    SSL_set_hostflags(native, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(native, name_.c_str()) == 1 &&
           SSL_set_tlsext_host_name(native, name_.c_str()) == 1;
  }

  asio::awaitable<base::Result<void>> handshake() override {
    auto [why] = co_await stream_.async_handshake(ssl::stream_base::client,
                                                  asio::as_tuple(asio::use_awaitable));
    if (!why) co_return base::Result<void>();
    const long verdict = SSL_get_verify_result(stream_.native_handle());
    const bool verifies = SSL_get_verify_mode(stream_.native_handle()) & SSL_VERIFY_PEER;
    if (verdict == X509_V_OK || !verifies)
      co_return base::Error(base::ErrorKind::unavailable, "TLS handshake failed: " + why.message());
    co_return base::Error(base::ErrorKind::unavailable, std::string("certificate verify failed: ") +
                                                            X509_verify_cert_error_string(verdict) +
                                                            ": " + advice_for(verdict, name_));
  }

  asio::awaitable<Io> read_some(asio::mutable_buffer into) override {
    auto [why, bytes] = co_await stream_.async_read_some(into, asio::as_tuple(asio::use_awaitable));
    co_return Io{bytes, why};
  }
  asio::awaitable<Io> write(asio::const_buffer from) override {
    auto [why, bytes] =
        co_await asio::async_write(stream_, from, asio::as_tuple(asio::use_awaitable));
    co_return Io{bytes, why};
  }
  void close() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }
  bool silent() override {
    return SSL_pending(stream_.native_handle()) == 0 && kube::silent(stream_.next_layer());
  }

 private:
  ssl::stream<tcp::socket> stream_;
  const std::string name_;
};

}  // namespace

// One set of trust anchors and our certificate. Replaced as a whole, never changed.
class TlsClient::Context {
 public:
  static base::Result<std::shared_ptr<Context>> make(const TlsSettings& settings) {
    auto context = std::make_shared<Context>();
    base::Result<void> done = context->trust(settings);
    if (done) done = context->present(settings);
    if (!done) return done.error();
    return context;
  }

  Context() : native(ssl::context::tls_client) {
    SSL_CTX_set_min_proto_version(native.native_handle(), TLS1_2_VERSION);
    // An idle session costs two buffers of 16 KiB otherwise.
    SSL_CTX_set_mode(native.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  }

  ssl::context native;

 private:
  base::Result<void> trust(const TlsSettings& settings) {
    error_code why;
    native.set_verify_mode(settings.verify ? ssl::verify_peer : ssl::verify_none, why);
    if (!settings.verify) return {};
    if (settings.ca_pem.empty()) {
      native.set_default_verify_paths(why);
    } else {
      native.add_certificate_authority(asio::buffer(settings.ca_pem), why);
      // As Go has it: whatever is in the file is trusted, also a CA that somebody else has signed.
      X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native.native_handle()),
                                  X509_V_FLAG_PARTIAL_CHAIN);
    }
    if (why) return unusable("CA certificate", why);
    return {};
  }

  base::Result<void> present(const TlsSettings& settings) {
    if (settings.certificate_pem.empty()) return {};
    error_code why;
    native.use_certificate_chain(asio::buffer(settings.certificate_pem), why);
    if (why) return unusable("client certificate", why);
    native.use_private_key(asio::buffer(settings.key_pem.reveal()), ssl::context::pem, why);
    if (why) return unusable("client key", why);
    return {};
  }
};

TlsClient::TlsClient(TlsSettings settings, ReadFile read)
    : settings_(std::move(settings)), read_(std::move(read)) {}
TlsClient::~TlsClient() = default;

base::Result<std::unique_ptr<SecureStream>> TlsClient::wrap(tcp::socket socket,
                                                            const std::string& host,
                                                            base::Instant now) {
  if (const base::Result<void> fresh = refresh(now); !fresh) return fresh.error();
  const std::string& name = settings_.server_name.empty() ? host : settings_.server_name;
  auto stream = std::make_unique<TlsStream>(std::move(socket), context_->native, name);
  if (!stream->expect_name())
    return base::Error(base::ErrorKind::invalid, "\"" + name + "\" is no name a server can have");
  return std::unique_ptr<SecureStream>(std::move(stream));
}

base::Result<void> TlsClient::refresh(base::Instant now) {
  if (!context_) {
    auto first = Context::make(settings_);
    if (!first) return first.error();
    context_ = *std::move(first);
    ca_read_at_ = now;
    return {};
  }
  if (settings_.ca_file.empty() || now - ca_read_at_ < ca_believed_for) return {};
  ca_read_at_ = now;
  const base::Result<std::string> ca = read_(settings_.ca_file);
  if (!ca || *ca == settings_.ca_pem || ca->empty()) return {};
  TlsSettings renewed = settings_;
  renewed.ca_pem = *ca;
  auto context = Context::make(renewed);
  if (!context) return {};  // half-written, perhaps; the old one may still be right
  settings_ = std::move(renewed);
  context_ = *std::move(context);
  return {};
}

}  // namespace kube
