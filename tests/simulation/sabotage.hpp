#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csi/snapshot_driver.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/objects.hpp"
#include "tests/simulation/world.hpp"

namespace simulation {

// A rule of the product that is broken on purpose, to prove that the simulation would notice.
enum class Sabotage {
  none,
  mark_after_call,        // the create is called first, and marked in the object afterwards
  release_before_delete,  // the finalizer goes first, then the storage snapshot
  ignore_lost_reply,      // a create of unknown outcome counts as one that failed
  patch_whole_map,        // all annotations as last seen are written, not the one that is ours
  forget_timer,           // some delays never end
};

std::optional<Sabotage> sabotage_named(std::string_view name);
const std::vector<std::string>& sabotage_names();

// Stands between a replica and its ports and does to its requests what broken code would.
class Saboteur final : public kube::Objects, public kube::Collections, public csi::SnapshotDriver {
 public:
  // None of the references is owned.
  struct Parts {
    World& world;
    kube::Objects& objects;
    kube::Collections& collections;
    csi::SnapshotDriver& driver;
  };
  Saboteur(Parts parts, Sabotage rule) : parts_(parts), rule_(rule) {}

  using Reply = base::Result<boost::json::value>;
  boost::asio::awaitable<Reply> get(kube::ObjectPath path) override;
  boost::asio::awaitable<Reply> patch(kube::ObjectPath path, kube::Patch change) override;
  boost::asio::awaitable<Reply> replace(kube::ObjectPath path, boost::json::value object) override;
  boost::asio::awaitable<Reply> create(kube::ObjectPath path, boost::json::value object) override;
  boost::asio::awaitable<base::Result<void>> remove(kube::ObjectPath path,
                                                    std::string uid) override;
  boost::asio::awaitable<base::Result<kube::ListPage>> list(kube::Selection selection,
                                                            kube::ListRequest request,
                                                            ItemSink sink) override;
  boost::asio::awaitable<base::Result<kube::WatchEnd>> watch(kube::Selection selection,
                                                             std::string resource_version,
                                                             std::chrono::seconds timeout,
                                                             WatchSinks sinks) override;
  boost::asio::awaitable<base::Result<csi::Snapshot>> create_snapshot(
      csi::CreateSnapshotCall call) override;
  boost::asio::awaitable<base::Result<void>> delete_snapshot(std::string snapshot_id,
                                                             csi::Secrets secrets) override;
  boost::asio::awaitable<base::Result<csi::Snapshot>> find_snapshot(std::string snapshot_id,
                                                                    csi::Secrets secrets) override;

 private:
  Reply pretend_marked(const kube::ObjectPath& path, const kube::Patch& change);
  kube::Patch whole_map(const kube::ObjectPath& path, const kube::Patch& change) const;
  void seen(const boost::json::value& object);

  struct Withheld {
    kube::ObjectPath path;
    kube::Patch change;
  };
  Parts parts_;
  Sabotage rule_;
  std::vector<Withheld> marks_;
  std::vector<std::string> deletions_;
  std::map<std::string, boost::json::value> last_seen_;  // by name
};

}  // namespace simulation
