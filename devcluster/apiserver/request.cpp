#include "devcluster/apiserver/request.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace devcluster::apiserver {

namespace {

// "a=b&c=d" style text, cut at `separator`; empty pieces are dropped.
std::vector<std::string_view> pieces(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string verb_of(std::string_view method, const RequestInfo& info) {
  const bool named = !info.name.empty();
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return named ? "delete" : "deletecollection";
  if (method != "GET") return {};
  if (info.query.flag("watch")) return "watch";
  return named ? "get" : "list";
}

// What follows the version in the path: resource, name and subresource, perhaps in a namespace.
void read_resource(RequestInfo& info, std::vector<std::string> rest) {
  // /namespaces/x/status is the status of x, not a resource called "status".
  const bool of_namespace = rest.size() == 3 && (rest[2] == "status" || rest[2] == "finalize");
  if (rest.front() == "namespaces" && rest.size() >= 3 && !of_namespace) {
    info.ns = rest[1];
    rest.erase(rest.begin(), rest.begin() + 2);
  }
  if (rest.size() > 3) return;
  info.is_resource = true;
  info.resource = rest[0];
  if (rest.size() > 1) info.name = rest[1];
  if (rest.size() > 2) info.subresource = rest[2];
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const bool escape = text[i] == '%' && i + 2 < text.size() &&
                        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr ==
                            text.data() + i + 3;
    out += escape ? static_cast<char>(byte) : text[i];
    if (escape) i += 2;
  }
  return out;
}

Query::Query(std::string_view encoded) {
  for (const std::string_view pair : pieces(encoded, '&')) {
    const std::size_t sign = std::min(pair.find('='), pair.size());
    std::string value(pair.substr(std::min(sign + 1, pair.size())));
    std::replace(value.begin(), value.end(), '+', ' ');
    values_.try_emplace(percent_decoded(pair.substr(0, sign)), percent_decoded(value));
  }
}

std::string Query::get(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

bool Query::has(std::string_view name) const {
  return values_.find(name) != values_.end();
}

bool Query::flag(std::string_view name) const {
  const std::string value = get(name);
  return value == "true" || value == "1";
}

void Query::set(std::string name, std::string value) {
  values_.insert_or_assign(std::move(name), std::move(value));
}

RequestInfo request_info(std::string_view method, std::string_view target) {
  RequestInfo info;
  const std::size_t mark = std::min(target.find('?'), target.size());
  info.path = std::string(target.substr(0, mark));
  info.query = Query(target.substr(std::min(mark + 1, target.size())));
  std::vector<std::string> segments;
  for (const std::string_view segment : pieces(info.path, '/'))
    segments.push_back(percent_decoded(segment));
  const bool core = !segments.empty() && segments[0] == "api";
  const bool named_group = !segments.empty() && segments[0] == "apis";
  const std::size_t prefix = core ? 2 : 3;  // before the resource: api/v1, apis/group/version
  if ((!core && !named_group) || segments.size() <= prefix) return info;
  if (named_group) info.group = segments[1];
  info.version = segments[prefix - 1];
  read_resource(info, {segments.begin() + static_cast<std::ptrdiff_t>(prefix), segments.end()});
  info.verb = verb_of(method, info);
  if (info.name.empty()) info.name = selected_name(info.query.get("fieldSelector"));
  return info;
}

std::string selected_name(std::string_view field_selector) {
  for (const std::string_view term : pieces(field_selector, ',')) {
    for (const std::string_view start : {"metadata.name==", "metadata.name="})
      if (term.starts_with(start)) return std::string(term.substr(start.size()));
  }
  return {};
}

}  // namespace devcluster::apiserver
