#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/clock.hpp"
#include "devcluster/apiserver/server.hpp"
#include "devcluster/driver/server.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/process.hpp"

namespace tests {

inline const std::string driver_name = "devcluster.csi.example.com";

// The embedded cluster inside the test: API server and driver run on the test's own loop, so that
// everything about them can be read and changed between two steps of it. csi-snapshotter is the
// real binary, in a process of its own.
class Cluster {
 public:
  using Json = devcluster::apiserver::Json;

  explicit Cluster(devcluster::apiserver::Options options = {}, bool with_crds = true);
  ~Cluster();

  // Of both API groups, or of one: "snapshot.storage.k8s.io".
  void load_crds(const std::string& group = "");
  devcluster::apiserver::Server& api() { return *api_; }
  devcluster::driver::Server& driver() { return *driver_; }
  void stop_driver() { driver_.reset(); }
  // Over the same folder and socket as before.
  void start_driver(const std::string& name = driver_name);

  // One csi-snapshotter, with these flags after those for where everything is.
  std::unique_ptr<Process> sidecar(std::vector<std::string> flags = {},
                                   std::vector<std::string> environment = {});
  // One of several: it believes to be on this host, and logs into a file of its own.
  std::unique_ptr<Process> sidecar_on(const std::string& host, std::vector<std::string> flags);
  std::string kubeconfig() const { return folder_ / "kubeconfig"; }
  std::string socket() const { return folder_ / "csi.sock"; }
  FreshFolder& folder() { return folder_; }
  // In that folder; returns the path.
  std::string write_file(const std::string& name, const std::string& text);

  // Runs the loop until it is so; false when it was not within five minutes, so that a test fails
  // instead of hanging. Passing does not depend on the time.
  bool run_until(const std::function<bool()>& so);

  std::string add_volume(const std::string& name);
  // As snapshot-controller makes them from users' VolumeSnapshots.
  void add_class(const std::string& name, const Json& parameters = Json::object());
  void add_content(const std::string& name, const std::string& volume,
                   const std::string& class_name = "fast");
  // As an administrator makes them, for a snapshot that exists. No class: the name is empty.
  void import_content(const std::string& name, const std::string& handle,
                      const std::string& policy = "Delete", const std::string& class_name = "");
  // As snapshot-controller does when the VolumeSnapshot goes: the mark, then the DELETE.
  void delete_content(const std::string& name);

  // By resource, "leases.coordination.k8s.io" or "secrets"; null when it is not there.
  Json object(const std::string& resource, const std::string& name, const std::string& space = "");
  std::vector<Json> objects(const std::string& resource);
  Json content(const std::string& name);
  std::vector<Json> events(const std::string& reason);
  std::string error_of(const std::string& content);  // what its status says; empty: no error
  std::size_t contents();
  std::size_t ready();
  std::size_t snapshots_on_disk();

  // Requests that csi-snapshotter sent and that were answered.
  std::size_t requests(const std::string& verb, const std::string& resource);
  // By "test/1", through the front door; throws with the answer when it is refused.
  Json request(const std::string& method, const std::string& path, const Json& body = {},
               const std::string& content_type = "application/json");

 private:
  std::unique_ptr<Process> start(std::vector<std::string> flags, const std::string& log,
                                 std::vector<std::string> environment);
  void post_content(const std::string& name, Json spec);

  boost::asio::io_context io_;
  base::SystemClock clock_;
  FreshFolder folder_;
  std::unique_ptr<devcluster::apiserver::Server> api_;
  std::unique_ptr<devcluster::driver::Server> driver_;
};

}  // namespace tests
