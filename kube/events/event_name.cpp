#include "kube/events/event_name.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace kube {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view text) {
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '-'; };
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), allowed);
}

// RFC 1123, as Kubernetes reads it for names of objects.
bool is_dns_subdomain(std::string_view text) {
  constexpr std::size_t longest = 253;
  if (text.size() > longest) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string in_hex(base::WallTime at) {
  const std::chrono::nanoseconds since_epoch = at.time_since_epoch();
  char text[17];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(since_epoch.count()));
  return text;
}

}  // namespace

std::string event_name(const std::string& subject, base::WallTime at) {
  std::string name = subject + "." + in_hex(at);
  if (is_dns_subdomain(name)) return name;
  const boost::uuids::name_generator_sha1 generator(boost::uuids::ns::oid());
  return boost::uuids::to_string(generator(name));
}

}  // namespace kube
