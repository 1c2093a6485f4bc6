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

// The embedded cluster inside the test: API server and driver run on the test's own loop, so that
// everything about them can be read and changed between two steps of it. csi-snapshotter is the
// real binary, in a process of its own.
class Cluster {
 public:
  using Json = devcluster::apiserver::Json;

  explicit Cluster(devcluster::apiserver::Options options = {}, bool with_crds = true);
  ~Cluster();

  void load_crds();
  devcluster::apiserver::Server& api() { return *api_; }
  devcluster::driver::Server& driver() { return *driver_; }
  void stop_driver() { driver_.reset(); }
  void start_driver();  // over the same folder and socket as before

  std::unique_ptr<Process> sidecar(std::vector<std::string> flags = {});
  std::string kubeconfig() const { return folder_ / "kubeconfig"; }
  std::string socket() const { return folder_ / "csi.sock"; }
  FreshFolder& folder() { return folder_; }

  // Runs the loop until it is so; false when it was not within five minutes, so that a test fails
  // instead of hanging. Passing does not depend on the time.
  bool run_until(const std::function<bool()>& so);

  std::string add_volume(const std::string& name);
  // As snapshot-controller makes them from users' VolumeSnapshots.
  void add_class(const std::string& name);
  void add_content(const std::string& name, const std::string& volume,
                   const std::string& class_name = "fast");
  // As snapshot-controller does when the VolumeSnapshot goes: the mark, then the DELETE.
  void delete_content(const std::string& name);

  // Null when it is not there.
  Json content(const std::string& name);
  std::size_t contents();
  std::size_t ready();
  std::size_t snapshots_on_disk();

  // Requests that csi-snapshotter sent and that were answered.
  std::size_t requests(const std::string& verb, const std::string& resource);
  Json request(const std::string& method, const std::string& path, const Json& body = {},
               const std::string& content_type = "application/json");

 private:
  boost::asio::io_context io_;
  base::SystemClock clock_;
  FreshFolder folder_;
  std::unique_ptr<devcluster::apiserver::Server> api_;
  std::unique_ptr<devcluster::driver::Server> driver_;
};

}  // namespace tests
