#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/config/cluster_config.hpp"
#include "kube/http/stream.hpp"

namespace kube {

// A stream that can be used once the handshake has succeeded.
class SecureStream : public Stream {
 public:
  // An error says what is wrong with the peer's certificate, or how else it failed.
  virtual boost::asio::awaitable<base::Result<void>> handshake() = 0;
};

// Makes TLS of sockets: 1.2 or newer, the given CA as the only trust anchor, the name or address
// verified. A CA file is read again at a handshake when the last reading is 60 s old; what cannot
// be read or parsed leaves the old CA in place.
class TlsClient {
 public:
  using ReadFile = std::function<base::Result<std::string>(const std::string& path)>;

  TlsClient(TlsSettings settings, ReadFile read);
  ~TlsClient();

  // `host` as in the URL: it is what the certificate must be for, unless server_name is set.
  base::Result<std::unique_ptr<SecureStream>> wrap(boost::asio::ip::tcp::socket socket,
                                                   const std::string& host, base::Instant now);

 private:
  class Context;  // keeps OpenSSL out of this header
  base::Result<void> refresh(base::Instant now);

  TlsSettings settings_;
  ReadFile read_;
  std::shared_ptr<Context> context_;  // empty until the first handshake
  base::Instant ca_read_at_{};
};

}  // namespace kube
