#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "csi/snapshot_driver.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/objects.hpp"
#include "tests/simulation/api_front.hpp"
#include "tests/simulation/driver.hpp"
#include "tests/simulation/world.hpp"

// What one life of a replica holds of the world. The world keeps none of it alive: when the replica
// dies, its requests may still be carried out, and nobody hears of it.
namespace simulation {

class ApiPort final : public kube::Objects, public kube::Collections {
 public:
  ApiPort(ApiFront& front, World& world, int replica, boost::asio::any_io_executor executor)
      : front_(front), world_(world), replica_(replica), executor_(std::move(executor)) {}

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

 private:
  // `details` follow in the trace, once.
  boost::asio::awaitable<Reply> request(ApiFront::Verb verb, std::string what, ApiFront::Deed deed,
                                        std::string details = {});

  ApiFront& front_;
  World& world_;
  int replica_;
  boost::asio::any_io_executor executor_;
};

class DriverPort final : public csi::SnapshotDriver {
 public:
  // `incarnation`: tells the lives of replicas apart.
  DriverPort(Driver& driver, World& world, int replica, int incarnation,
             boost::asio::any_io_executor executor)
      : driver_(driver),
        world_(world),
        replica_(replica),
        incarnation_(incarnation),
        executor_(std::move(executor)) {}

  boost::asio::awaitable<base::Result<csi::Snapshot>> create_snapshot(
      csi::CreateSnapshotCall call) override;
  boost::asio::awaitable<base::Result<void>> delete_snapshot(std::string snapshot_id,
                                                             csi::Secrets secrets) override;
  boost::asio::awaitable<base::Result<csi::Snapshot>> find_snapshot(std::string snapshot_id,
                                                                    csi::Secrets secrets) override;

 private:
  Driver& driver_;
  World& world_;
  int replica_;
  int incarnation_;
  boost::asio::any_io_executor executor_;
};

}  // namespace simulation
