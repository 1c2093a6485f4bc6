#include "kube/http/event_framer.hpp"

#include <algorithm>
#include <string>

namespace kube {
namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 256;  // custom resources and managedFields nest

json::parse_options options() {
  json::parse_options options;
  options.max_depth = deepest;
  return options;
}

base::Error malformed(const std::string& why) {
  return base::Error(base::ErrorKind::malformed, "the watch sent what is no event: " + why);
}

}  // namespace

EventFramer::EventFramer(std::size_t event_limit)
    : parser_(json::storage_ptr(), options()), limit_(event_limit) {}

base::Result<void> EventFramer::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    if (size_ == 0) {
      bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
      if (bytes.empty()) return {};
      if (bytes.front() != '{') return malformed("it does not begin with a brace");
    }
    const base::Result<std::size_t> used = parse(bytes);
    if (!used) return used.error();
    bytes.remove_prefix(*used);
    if (!parser_.done()) continue;
    size_ = 0;
    json::value event = parser_.release();
    parser_.reset();
    if (base::Result<void> taken = sink(std::move(event)); !taken) return taken;
  }
  return {};
}

base::Result<std::size_t> EventFramer::parse(std::string_view bytes) {
  json::error_code why;
  const std::size_t room = limit_ - size_;
  const std::size_t used = parser_.write_some(bytes.data(), std::min(bytes.size(), room), why);
  if (why) return malformed(why.message());
  size_ += used;
  if (size_ >= limit_ && !parser_.done())
    return malformed("it is larger than " + std::to_string(limit_) + " bytes");
  return used;
}

}  // namespace kube
