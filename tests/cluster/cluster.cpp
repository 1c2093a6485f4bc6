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

void Cluster::load_crds(const std::string& group) {
  for (const auto& entry : std::filesystem::directory_iterator(crds_folder())) {
    const std::string file = entry.path().filename();
    if (file != "kustomization.yaml" && file.starts_with(group))
      checked(api_->load_manifest(text_of(entry.path())));
  }
}

Cluster::~Cluster() {
  driver_.reset();
  api_->stop();
  io_.restart();
  io_.run_for(1s);
}

void Cluster::start_driver(const std::string& name) {
  devcluster::driver::Options options;
  options.name = name;
  options.endpoint = socket();
  options.data_folder = folder_ / "storage";
  options.durable = false;  // nobody cuts the power of a test
  driver_ =
      checked(devcluster::driver::Server::start(io_.get_executor(), clock_, std::move(options)));
}

std::string Cluster::write_file(const std::string& name, const std::string& text) {
  std::string path = folder_.path() / name;
  std::ofstream(path) << text;
  return path;
}

std::unique_ptr<Process> Cluster::sidecar(std::vector<std::string> flags,
                                          std::vector<std::string> environment) {
  return start(std::move(flags), "csi-snapshotter", std::move(environment));
}

std::unique_ptr<Process> Cluster::sidecar_on(const std::string& host,
                                             std::vector<std::string> flags) {
  // The second is for a program that was built with AddressSanitizer: it wants to be loaded first.
  return start(std::move(flags), host,
               {"LD_PRELOAD=" + host_name_module().string(), "TEST_HOST_NAME=" + host,
                "ASAN_OPTIONS=verify_asan_link_order=0"});
}

std::unique_ptr<Process> Cluster::start(std::vector<std::string> flags, const std::string& log,
                                        std::vector<std::string> environment) {
  std::vector<std::string> words{sidecar_program(), "--kubeconfig=" + kubeconfig(),
                                 "--csi-address=" + socket()};
  words.insert(words.end(), flags.begin(), flags.end());
  return std::make_unique<Process>(std::move(words), folder_.path() / (log + ".log"),
                                   std::move(environment));
}

bool Cluster::run_until(const std::function<bool()>& so) {
  const auto patience = std::chrono::steady_clock::now() + 5min;
  while (!so()) {
    if (std::chrono::steady_clock::now() > patience) {
      for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
        if (entry.path().extension() == ".log") WARN(entry.path().stem() << text_of(entry.path()));
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

void Cluster::add_class(const std::string& name, const Json& parameters) {
  request("POST", "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses",
          {{"apiVersion", "snapshot.storage.k8s.io/v1"},
           {"kind", "VolumeSnapshotClass"},
           {"metadata", {{"name", name}}},
           {"driver", driver_name},
           {"parameters", parameters},
           {"deletionPolicy", "Delete"}});
}

void Cluster::add_content(const std::string& name, const std::string& volume,
                          const std::string& class_name) {
  post_content(name, {{"driver", driver_name},
                      {"deletionPolicy", "Delete"},
                      {"volumeSnapshotClassName", class_name},
                      {"source", {{"volumeHandle", volume}}}});
}

void Cluster::import_content(const std::string& name, const std::string& handle,
                             const std::string& policy, const std::string& class_name) {
  Json spec = {{"driver", driver_name},
               {"deletionPolicy", policy},
               {"source", {{"snapshotHandle", handle}}}};
  if (!class_name.empty()) spec["volumeSnapshotClassName"] = class_name;
  post_content(name, std::move(spec));
}

void Cluster::post_content(const std::string& name, Json spec) {
  spec["volumeSnapshotRef"] = {
      {"name", "of-" + name}, {"namespace", "default"}, {"uid", "uid-" + name}};
  request("POST", contents_path,
          {{"apiVersion", "snapshot.storage.k8s.io/v1"},
           {"kind", "VolumeSnapshotContent"},
           {"metadata", {{"name", name}, {"finalizers", {std::string(keys::content_finalizer)}}}},
           {"spec", std::move(spec)}});
}

void Cluster::delete_content(const std::string& name) {
  const Json mark = {{"metadata", {{"annotations", {{std::string(keys::being_deleted), "yes"}}}}}};
  request("PATCH", contents_path + "/" + name, mark, "application/merge-patch+json");
  request("DELETE", contents_path + "/" + name);
}

Cluster::Json Cluster::object(const std::string& resource, const std::string& name,
                              const std::string& space) {
  const auto found = api_->store().collection(resource).find({space, name});
  return found ? found->object : Json();
}

std::vector<Cluster::Json> Cluster::objects(const std::string& resource) {
  std::vector<Json> all;
  for (const auto& [key, version] : api_->store().collection(resource).objects())
    all.push_back(version->object);
  return all;
}

Cluster::Json Cluster::content(const std::string& name) {
  return object(contents_resource, name);
}

std::vector<Cluster::Json> Cluster::events(const std::string& reason) {
  std::vector<Json> found;
  for (Json& event : objects("events"))
    if (event["reason"] == reason) found.push_back(std::move(event));
  return found;
}

std::string Cluster::error_of(const std::string& content) {
  const Json object = this->content(content);
  const Json::json_pointer message("/status/error/message");
  return object.contains(message) ? object.at(message).get<std::string>() : "";
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
