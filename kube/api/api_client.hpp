#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "kube/api/api_paths.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/objects.hpp"
#include "kube/api/sent_request.hpp"
#include "kube/config/cluster_config.hpp"

namespace kube {

class Answer;
class ApiCall;
class HttpRequest;
class Session;  // headers, throttle, retries: what all calls share

class ClientOptions {
 public:
  ClientOptions() = default;

  std::string program = "csi-snapshotter";  // the field manager of our writes
  std::string version = "unknown";
  double qps = 0;        // requests per second; 0 or less: no throttle, the server's rule
  int burst = 10;        // at once; matters only with qps
  OnRequest on_request;  // may be empty
};

// The API server as all three ports, over connections that are kept (watches have their own).
// Requests have 65 s from when they are sent. Answers 429 and 5xx with a Retry-After, and reads
// whose connection broke, are tried up to eleven times; a watch never is, its caller knows better.
//
// All errors name the verb and the object. Cancelling the awaiting coroutine drops the request.
// Construct it on the loop's thread; it must outlive its calls.
class ApiClient final : public Objects, public Collections, public ApiPaths {
 public:
  // Does not own the loop, the clock and the logger, which must live longer.
  ApiClient(boost::asio::io_context& loop, base::Clock& clock, const base::Logger& logger,
            ClusterConfig config, ClientOptions options);
  ~ApiClient() override;

  boost::asio::awaitable<base::Result<boost::json::value>> get(ObjectPath path) override;
  boost::asio::awaitable<base::Result<boost::json::value>> patch(ObjectPath path,
                                                                 Patch change) override;
  boost::asio::awaitable<base::Result<boost::json::value>> replace(
      ObjectPath path, boost::json::value object) override;
  boost::asio::awaitable<base::Result<boost::json::value>> create(
      ObjectPath path, boost::json::value object) override;
  boost::asio::awaitable<base::Result<void>> remove(ObjectPath path, std::string uid) override;

  boost::asio::awaitable<base::Result<ListPage>> list(Selection selection, ListRequest request,
                                                      ItemSink sink) override;
  boost::asio::awaitable<base::Result<WatchEnd>> watch(Selection selection,
                                                       std::string resource_version,
                                                       std::chrono::seconds timeout,
                                                       WatchSinks sinks) override;

  boost::asio::awaitable<base::Result<boost::json::value>> get_path(std::string path) override;

 private:
  ApiCall describe(std::string verb, ObjectPath path) const;
  std::function<void(const Answer&)> report(const ApiCall& call) const;
  boost::asio::awaitable<base::Result<boost::json::value>> exchange(ApiCall call,
                                                                    HttpRequest request);

  OnRequest on_request_;
  std::unique_ptr<Session> session_;
};

}  // namespace kube
