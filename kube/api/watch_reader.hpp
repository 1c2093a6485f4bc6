#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kube/api/collections.hpp"
#include "kube/api/status_error.hpp"
#include "kube/http/body_reader.hpp"
#include "kube/http/event_framer.hpp"

namespace kube {

// Reads the body of a watch and hands its events on. An event of a type that no list names is
// logged and passed over. Sans I/O: the transport feeds it.
class WatchReader final : public BodyReader {
 public:
  // Owns neither the call nor the logger; both must live longer.
  WatchReader(Collections::WatchSinks sinks, const ApiCall& call, const base::Logger& logger);

  void begin() override;
  base::Result<void> feed(std::string_view piece) override;
  bool spoken() const override { return begun_; }

  bool begun() const { return begun_; }

  // Says how the watch ended; `lasted` is left to the caller. `broken`: not by an end of the body.
  WatchEnd end(std::optional<base::Error> broken) const;

 private:
  base::Result<void> take(boost::json::value&& event);

  Collections::WatchSinks sinks_;
  const ApiCall& call_;
  const base::Logger& logger_;
  EventFramer framer_;
  bool begun_ = false;
  std::uint64_t delivered_ = 0;
  bool told_of_unknown_ = false;                  // once a watch is enough
  std::optional<WatchEnd::How> ended_by_reader_;  // refused or garbled: the reader broke off
};

}  // namespace kube
