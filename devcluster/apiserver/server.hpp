#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "devcluster/apiserver/api.hpp"
#include "devcluster/apiserver/certificates.hpp"
#include "devcluster/apiserver/http_front.hpp"

namespace devcluster::apiserver {

struct Options {
  std::uint16_t port = 0;                // on 127.0.0.1; 0: any free one
  bool https = false;                    // with an authority of its own, see kubeconfig()
  std::vector<std::string> tokens;       // bearer tokens that are let in; none: everybody is
  std::size_t history_window = 10000;    // changes remembered per resource
  std::size_t request_log_capacity = 0;  // 0: keeps every request
  std::chrono::milliseconds bookmark_interval = std::chrono::minutes(1);
};

// A Kubernetes API server in memory: what a client can tell from the real one is a bug. It runs on
// the caller's loop; everything below is to be called on that loop's thread.
class Server {
 public:
  Server(boost::asio::io_context& io, Options options);

  // Another way to the same objects, at a port of its own, to be started and stopped by itself: as
  // if the network ended between some client and the server. Faults and the log of requests are the
  // same.
  std::unique_ptr<Server> another_door();

  // Listens; returns the port. The error says which address could not be had. After stop() it is
  // the server come back: at the same port, with all that was in it and the same certificates.
  base::Result<std::uint16_t> start();
  // Ends watches properly and closes the connections, as the loop goes on.
  void stop();

  std::string url() const;  // "https://127.0.0.1:6443"
  // A complete kubeconfig: the authority's certificate and the first token are in it.
  std::string kubeconfig() const;
  std::string ca_pem() const { return certificates_ ? certificates_->authority : ""; }

  // Creates every object of a YAML text, or updates those that exist. Stops at the first that is
  // refused; the error names it.
  base::Result<void> load_manifest(const std::string& yaml);

  Store& store() { return api_->cluster().store(); }
  Faults& faults() { return api_->faults(); }
  RequestLog& requests() { return api_->requests(); }
  Api& api() { return *api_; }

 private:
  Server(boost::asio::io_context& io, Options options, std::shared_ptr<Api> api);
  base::Result<void> load(const Json& object);

  boost::asio::io_context& io_;
  Options options_;
  std::shared_ptr<Api> api_;
  std::unique_ptr<HttpFront> front_;
  std::optional<Certificates> certificates_;  // once started with https
  std::uint16_t port_ = 0;
};

}  // namespace devcluster::apiserver
