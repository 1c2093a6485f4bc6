#include "csi/driver_watch.hpp"

#include <utility>

namespace csi {

namespace asio = boost::asio;

asio::awaitable<base::Error> DriverWatch::run(std::string name, bool groups, News news) {
  DriverDemands demands;
  demands.name = name;
  demands.groups = groups;
  for (;;) {
    co_await connection_.until_lost();
    trouble_ = "the connection to the CSI driver " + name + " at " + connection_.socket_path() +
               " is lost";
    log_.warning("Lost the connection to the CSI driver, looking for it",
                 {{"driver", name}, {"address", connection_.socket_path()}});
    news.lost(*trouble_);

    co_await connection_.until_connected();
    base::Result<DriverIdentity> found =
        co_await wait_for_driver(connection_, clock_, log_, demands);
    if (!found) {
      trouble_ = found.error().text();
      co_return found.error();
    }
    trouble_.reset();
    log_.info("The CSI driver is back",
              {{"driver", found->name}, {"driverVersion", found->vendor_version}});
    news.back(*found);
  }
}

}  // namespace csi
