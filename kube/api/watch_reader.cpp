#include "kube/api/watch_reader.hpp"

#include <string>
#include <utility>

#include "base/json.hpp"

namespace kube {
namespace {

namespace json = boost::json;

std::optional<EventType> event_type(std::string_view name) {
  if (name == "ADDED") return EventType::added;
  if (name == "MODIFIED") return EventType::modified;
  if (name == "DELETED") return EventType::deleted;
  if (name == "BOOKMARK") return EventType::bookmark;
  return std::nullopt;
}

}  // namespace

WatchReader::WatchReader(Collections::WatchSinks sinks, const ApiCall& call,
                         const base::Logger& logger)
    : sinks_(std::move(sinks)), call_(call), logger_(logger) {}

void WatchReader::begin() {
  begun_ = true;
  if (sinks_.opened) sinks_.opened();
}

base::Result<void> WatchReader::feed(std::string_view piece) {
  const auto sink = [this](json::value&& event) { return take(std::move(event)); };
  base::Result<void> fed = framer_.feed(piece, sink);
  if (!fed && !ended_by_reader_) {
    ended_by_reader_ = WatchEnd::How::garbled;
    return fed.error().while_doing(to_string(call_));
  }
  return fed;
}

base::Result<void> WatchReader::take(json::value&& event) {
  const std::string_view type = base::text(event, "type");
  json::object& members = event.get_object();  // the framer lets nothing else through
  json::value* object = members.if_contains("object");
  if (type.empty() || !object || !object->is_object()) {
    return base::Error(base::ErrorKind::malformed,
                       "the watch sent an event without a type or without an object");
  }
  if (type == "ERROR") {
    ended_by_reader_ = WatchEnd::How::refused;
    return status_error(call_, *object);
  }
  const std::optional<EventType> known = event_type(type);
  if (!known) {
    if (std::exchange(told_of_unknown_, true)) return {};
    logger_.warning("Unknown event of a watch passed over",
                    {{"watch", to_string(call_)}, {"type", type}});
    return {};
  }
  ++delivered_;
  if (sinks_.event) sinks_.event(*known, std::move(*object));
  return {};
}

WatchEnd WatchReader::end(std::optional<base::Error> broken) const {
  WatchEnd end;
  end.delivered = delivered_;
  if (broken) {
    end.how = ended_by_reader_.value_or(WatchEnd::How::broken);
    end.error = ended_by_reader_ ? *std::move(broken) : broken->while_doing(to_string(call_));
  }
  return end;
}

}  // namespace kube
