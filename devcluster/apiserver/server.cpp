#include "devcluster/apiserver/server.hpp"

#include <utility>

#include "devcluster/apiserver/base64.hpp"
#include "devcluster/apiserver/object.hpp"
#include "devcluster/apiserver/yaml.hpp"

namespace devcluster::apiserver {

namespace {

Api::Options api_options(const Options& options) {
  Api::Options out;
  out.cluster.history_window = options.history_window;
  out.cluster.now = [] { return rfc3339(std::chrono::system_clock::now()); };
  out.tokens = options.tokens;
  out.request_log_capacity = options.request_log_capacity;
  return out;
}

// Where objects of the kind are, and this one among them.
std::string collection_path(const Kind& kind, const Json& object) {
  std::string path = kind.group.empty() ? "/api/v1" : "/apis/" + kind.api_version();
  const std::string ns = namespace_of(object);
  if (kind.namespaced) path += "/namespaces/" + (ns.empty() ? "default" : ns);
  return path + "/" + kind.plural;
}

}  // namespace

Server::Server(boost::asio::io_context& io, Options options)
    : Server(io, options, std::make_shared<Api>(api_options(options))) {}

Server::Server(boost::asio::io_context& io, Options options, std::shared_ptr<Api> api)
    : io_(io), options_(std::move(options)), api_(std::move(api)) {}

std::unique_ptr<Server> Server::another_door() {
  Options options = options_;
  options.port = 0;
  return std::unique_ptr<Server>(new Server(io_, std::move(options), api_));
}

base::Result<std::uint16_t> Server::start() {
  HttpOptions http;
  http.port = port_ ? port_ : options_.port;
  http.bookmark_interval = options_.bookmark_interval;
  if (options_.https && !certificates_) {
    base::Result<Certificates> made = make_certificates();
    if (!made) return made.error();
    certificates_ = std::move(*made);
  }
  http.certificates = certificates_;
  front_ = std::make_unique<HttpFront>(io_, api_, std::move(http));
  base::Result<std::uint16_t> port = front_->start();
  if (port) port_ = *port;
  return port;
}

void Server::stop() {
  if (front_) front_->stop();
}

std::string Server::url() const {
  return (options_.https ? "https" : "http") + ("://127.0.0.1:" + std::to_string(port_));
}

// JSON is YAML, and needs no thought about quoting.
std::string Server::kubeconfig() const {
  Json cluster = {{"server", url()}};
  if (certificates_) cluster["certificate-authority-data"] = base64_of(certificates_->authority);
  Json user = Json::object();
  if (!options_.tokens.empty()) user["token"] = options_.tokens.front();
  const Json config = {{"apiVersion", "v1"},
                       {"kind", "Config"},
                       {"clusters", {{{"name", "devcluster"}, {"cluster", cluster}}}},
                       {"users", {{{"name", "devcluster"}, {"user", user}}}},
                       {"contexts",
                        {{{"name", "devcluster"},
                          {"context", {{"cluster", "devcluster"}, {"user", "devcluster"}}}}}},
                       {"current-context", "devcluster"}};
  return config.dump(2) + "\n";
}

base::Result<void> Server::load_manifest(const std::string& yaml) {
  const base::Result<std::vector<Json>> documents = parse_yaml(yaml);
  if (!documents) return documents.error();
  for (const Json& document : *documents)
    if (base::Result<void> loaded = load(document); !loaded) return loaded;
  return {};
}

// Through the front door, as any client would, so that all rules hold.
base::Result<void> Server::load(const Json& object) {
  const std::string what = std::string(text(object, "kind")) + " " + name_of(object);
  const KindPtr kind =
      api_->cluster().kinds().find_by_kind(text(object, "apiVersion"), text(object, "kind"));
  if (!kind)
    return base::Error(base::ErrorKind::not_found,
                       what + ": this server serves no such kind; its definition must come first");
  Request request;
  if (!options_.tokens.empty()) request.authorization = "Bearer " + options_.tokens.front();
  request.user_agent = "load_manifest";
  request.content_type = "application/merge-patch+json";
  request.method = "PATCH";
  request.target = collection_path(*kind, object) + "/" + name_of(object);
  request.body = object.dump();
  Reply reply = api_->handle(request, request_info(request.method, request.target));
  if (reply.code == 404) {
    request.content_type = "application/json";
    request.method = "POST";
    request.target = collection_path(*kind, object);
    reply = api_->handle(request, request_info(request.method, request.target));
  }
  if (reply.code < 300) return {};
  const Json status = Json::parse(reply.body, nullptr, false);
  return base::Error(base::ErrorKind::invalid, what + ": " + std::string(text(status, "message")));
}

}  // namespace devcluster::apiserver
