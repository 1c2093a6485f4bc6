#include "kube/events/event_broadcaster.hpp"

#include <functional>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "devcluster/apiserver/server.hpp"
#include "kube/api/api_client.hpp"
#include "tests/unit/kube/events/content_event.hpp"

namespace {

namespace asio = boost::asio;
using devcluster::apiserver::Json;
using kube::EventSeverity;

// A broadcaster with the real client, in front of the embedded API server.
class Cluster {
 public:
  Cluster() : server_(io_, devcluster::apiserver::Options()) {
    REQUIRE(server_.start().has_value());
    kube::ClusterConfig config;
    config.server = kube::parse_server_url(server_.url()).value();
    api_.emplace(io_, clock_, log_, config, kube::ClientOptions());
    broadcaster_.emplace(kube::EventBroadcaster::Parts{io_.get_executor(), *api_, clock_, log_},
                         "csi-snapshotter csi.example.com");
  }

  // Records it and runs until the server has answered so many requests.
  void tell(const std::string& message, std::size_t requests) {
    broadcaster_->record(kube::test::content(), EventSeverity::warning, "SnapshotDeleteError",
                         message);
    while (server_.requests().entries().size() < requests) io_.run_one();
  }
  void start() {
    asio::co_spawn(io_, broadcaster_->run(), [this](std::exception_ptr why) {
      over_ = true;
      failed_ = why != nullptr;
    });
  }
  void stop() {
    broadcaster_->stop();
    while (!over_) io_.run_one();
    CHECK_FALSE(failed_);
  }

  // The one event that there should be.
  Json event() {
    const auto& events = server_.store().collection("events").objects();
    REQUIRE(events.size() == 1);
    return events.begin()->second->object;
  }
  void forget(const std::string& name) { server_.store().remove("events", {"default", name}); }
  const auto& requests() { return server_.requests().entries(); }
  const std::string& logged() const { return logged_; }

 private:
  asio::io_context io_;
  base::SystemClock clock_;
  std::string logged_;
  base::Logger log_{clock_, {}, [this](std::string_view line) { logged_ += line; }};
  devcluster::apiserver::Server server_;
  std::optional<kube::ApiClient> api_;
  std::optional<kube::EventBroadcaster> broadcaster_;
  bool over_ = false;
  bool failed_ = false;
};

}  // namespace

TEST_CASE("an API server takes our events: posted, patched, and posted again once expired") {
  Cluster cluster;
  cluster.start();
  cluster.tell("Failed to delete snapshot", 1);
  const Json posted = cluster.event();
  CHECK(cluster.requests().back().path == "/api/v1/namespaces/default/events");
  CHECK(cluster.requests().back().status == 201);
  CHECK(posted["involvedObject"]["name"] == "content-1");
  CHECK(posted["count"] == 1);

  cluster.tell("Failed to delete snapshot", 2);
  CHECK(cluster.requests().back().content_type == "application/merge-patch+json");
  CHECK(cluster.requests().back().status == 200);
  const Json patched = cluster.event();
  CHECK(patched["count"] == 2);
  CHECK(patched["metadata"]["uid"] == posted["metadata"]["uid"]);
  CHECK(patched["firstTimestamp"] == posted["firstTimestamp"]);

  cluster.forget(posted["metadata"]["name"]);
  cluster.tell("Failed to delete snapshot", 4);
  CHECK(cluster.requests()[2].status == 404);
  CHECK(cluster.requests()[3].status == 201);
  CHECK(cluster.event()["count"] == 3);
  CHECK(cluster.event()["metadata"]["name"] == posted["metadata"]["name"]);
  cluster.stop();
  CHECK(cluster.logged().empty());
}
