#include "tests/cluster/cluster.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "snapshot/keys.hpp"

namespace tests {
namespace {

using namespace std::chrono_literals;
namespace keys = snapshot::keys;

const std::string contents_path = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";
const std::string contents_resource = "volumesnapshotcontents.snapshot.storage.k8s.io";

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

template <class Result>
auto checked(Result result) {
  if (!result) throw std::runtime_error(result.error().text());
  if constexpr (!std::is_void_v<typename Result::value_type>) return std::move(*result);
}

}  // namespace

Cluster::Cluster(devcluster::apiserver::Options options, bool with_crds) {
  api_ = std::make_unique<devcluster::apiserver::Server>(io_, std::move(options));
  checked(api_->start());
  std::ofstream(kubeconfig()) << api_->kubeconfig();
  if (with_crds) load_crds();
  start_driver();
}

void Cluster::load_crds() {
  for (const auto& entry : std::filesystem::directory_iterator(crds_folder()))
    if (entry.path().filename() != "kustomization.yaml")
      checked(api_->load_manifest(text_of(entry.path())));
}

Cluster::~Cluster() {
  driver_.reset();
  api_->stop();
  io_.restart();
  io_.run_for(1s);
}

void Cluster::start_driver() {
  devcluster::driver::Options options;
  options.endpoint = socket();
  options.data_folder = folder_ / "storage";
  options.durable = false;  // nobody cuts the power of a test
  driver_ =
      checked(devcluster::driver::Server::start(io_.get_executor(), clock_, std::move(options)));
}

std::unique_ptr<Process> Cluster::sidecar(std::vector<std::string> flags) {
  std::vector<std::string> words{sidecar_program(), "--kubeconfig=" + kubeconfig(),
                                 "--csi-address=" + socket()};
  words.insert(words.end(), flags.begin(), flags.end());
  return std::make_unique<Process>(std::move(words), folder_ / "csi-snapshotter.log");
}

bool Cluster::run_until(const std::function<bool()>& so) {
  const auto patience = std::chrono::steady_clock::now() + 5min;
  while (!so()) {
    if (std::chrono::steady_clock::now() > patience) {
      WARN(text_of(folder_ / "csi-snapshotter.log"));
      return false;
    }
    io_.restart();
    io_.run_for(10ms);
  }
  return true;
}

std::string Cluster::add_volume(const std::string& name) {
  const devcluster::driver::Volume* volume = checked(driver_->store().create_volume(name, 1 << 20));
  std::ofstream(driver_->store().volume_folder(volume->id) / "data.txt") << name;
  return volume->id;
}

void Cluster::add_class(const std::string& name) {
  request("POST", "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses",
          {{"apiVersion", "snapshot.storage.k8s.io/v1"},
           {"kind", "VolumeSnapshotClass"},
           {"metadata", {{"name", name}}},
           {"driver", "devcluster.csi.example.com"},
           {"deletionPolicy", "Delete"}});
}

void Cluster::add_content(const std::string& name, const std::string& volume,
                          const std::string& class_name) {
  request("POST", contents_path,
          {{"apiVersion", "snapshot.storage.k8s.io/v1"},
           {"kind", "VolumeSnapshotContent"},
           {"metadata", {{"name", name}, {"finalizers", {std::string(keys::content_finalizer)}}}},
           {"spec",
            {{"driver", "devcluster.csi.example.com"},
             {"deletionPolicy", "Delete"},
             {"volumeSnapshotClassName", class_name},
             {"source", {{"volumeHandle", volume}}},
             {"volumeSnapshotRef",
              {{"name", "of-" + name}, {"namespace", "default"}, {"uid", "uid-" + name}}}}}});
}

void Cluster::delete_content(const std::string& name) {
  const Json mark = {{"metadata", {{"annotations", {{std::string(keys::being_deleted), "yes"}}}}}};
  request("PATCH", contents_path + "/" + name, mark, "application/merge-patch+json");
  request("DELETE", contents_path + "/" + name);
}

Cluster::Json Cluster::content(const std::string& name) {
  const auto found = api_->store().collection(contents_resource).find({"", name});
  return found ? found->object : Json();
}

std::size_t Cluster::contents() {
  return api_->store().collection(contents_resource).objects().size();
}

std::size_t Cluster::ready() {
  std::size_t count = 0;
  for (const auto& [key, version] : api_->store().collection(contents_resource).objects()) {
    const Json& object = version->object;
    const Json::json_pointer readiness("/status/readyToUse"), marks("/metadata/annotations");
    const bool is_ready = object.contains(readiness) && object.at(readiness) == true;
    const bool marked = object.contains(marks) && object.at(marks).contains(keys::being_created);
    if (is_ready && !marked) ++count;
  }
  return count;
}

std::size_t Cluster::snapshots_on_disk() {
  std::size_t count = 0;
  const std::filesystem::path shelf = folder_.path() / "storage" / "snapshots";
  for (const auto& entry : std::filesystem::directory_iterator(shelf))
    if (entry.is_directory()) ++count;
  return count;
}

std::size_t Cluster::requests(const std::string& verb, const std::string& resource) {
  devcluster::apiserver::RequestLog::Filter filter;
  filter.verb = verb;
  filter.resource = resource;
  filter.user_agent = "csi-snapshotter/";
  return api_->requests().count(filter);
}

Cluster::Json Cluster::request(const std::string& method, const std::string& path, const Json& body,
                               const std::string& content_type) {
  devcluster::apiserver::Request request;
  request.method = method;
  request.target = path;
  request.accept = "application/json";
  request.content_type = content_type;
  request.user_agent = "test/1";
  if (!body.is_null()) request.body = body.dump();
  const auto reply = api_->api().handle(request, devcluster::apiserver::request_info(method, path));
  if (reply.code >= 300) throw std::runtime_error(method + " " + path + ": " + reply.body);
  return Json::parse(reply.body);
}

}  // namespace tests
