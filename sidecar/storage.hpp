#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "csi/group_snapshot_driver.hpp"
#include "csi/snapshot_driver.hpp"
#include "snapshot/content_plan.hpp"

namespace sidecar {

// Port: what a pass asks of the driver, in the words of the plan. One implementation for each kind
// of content. Errors are those of the CSI ports.
class Storage {
 public:
  virtual ~Storage() = default;

  using Taken = base::Result<snapshot::TakenSnapshot>;
  virtual boost::asio::awaitable<Taken> create(snapshot::CreateSnapshot what,
                                               csi::Secrets secrets) = 0;
  virtual boost::asio::awaitable<Taken> look_up(snapshot::LookUpSnapshot what,
                                                csi::Secrets secrets) = 0;
  virtual boost::asio::awaitable<base::Result<void>> remove(snapshot::DeleteSnapshot what,
                                                            csi::Secrets secrets) = 0;
};

// A driver that does not say when it cut a snapshot did it just now, as far as we can tell;
// upstream writes 1970 (spec/sidecar.md 10.5). Both do not own what they are given.
class SnapshotStorage final : public Storage {
 public:
  SnapshotStorage(csi::SnapshotDriver& driver, const base::Clock& clock)
      : driver_(driver), clock_(clock) {}

  boost::asio::awaitable<Taken> create(snapshot::CreateSnapshot what,
                                       csi::Secrets secrets) override;
  boost::asio::awaitable<Taken> look_up(snapshot::LookUpSnapshot what,
                                        csi::Secrets secrets) override;
  boost::asio::awaitable<base::Result<void>> remove(snapshot::DeleteSnapshot what,
                                                    csi::Secrets secrets) override;

 private:
  csi::SnapshotDriver& driver_;
  const base::Clock& clock_;
};

class GroupStorage final : public Storage {
 public:
  GroupStorage(csi::GroupSnapshotDriver& driver, const base::Clock& clock)
      : driver_(driver), clock_(clock) {}

  boost::asio::awaitable<Taken> create(snapshot::CreateSnapshot what,
                                       csi::Secrets secrets) override;
  boost::asio::awaitable<Taken> look_up(snapshot::LookUpSnapshot what,
                                        csi::Secrets secrets) override;
  boost::asio::awaitable<base::Result<void>> remove(snapshot::DeleteSnapshot what,
                                                    csi::Secrets secrets) override;

 private:
  csi::GroupSnapshotDriver& driver_;
  const base::Clock& clock_;
};

// Nanoseconds since the epoch, as contents record times.
std::int64_t nanoseconds(base::WallTime time);

}  // namespace sidecar
