#include "devcluster/apiserver/request_log.hpp"

#include <algorithm>
#include <utility>

namespace devcluster::apiserver {

namespace {

bool fits(const std::string& wanted, const std::string& actual) {
  return wanted.empty() || wanted == actual || (wanted == "-" && actual.empty());
}

bool matches(const RequestLog::Filter& filter, const LoggedRequest& entry) {
  return fits(filter.verb, entry.verb) && fits(filter.resource, entry.resource) &&
         fits(filter.name, entry.name) && fits(filter.subresource, entry.subresource) &&
         entry.user_agent.starts_with(filter.user_agent) &&
         (filter.status == 0 || filter.status == entry.status);
}

}  // namespace

void RequestLog::add(const Request& request, const RequestInfo& info, int status) {
  LoggedRequest entry;
  entry.verb = info.verb;
  entry.group = info.group;
  entry.ns = info.ns;
  entry.resource = info.resource;
  entry.name = info.name;
  entry.subresource = info.subresource;
  entry.path = info.path;
  entry.status = status;
  entry.user_agent = request.user_agent;
  entry.content_type = request.content_type;
  if (info.verb == "patch") entry.patch = request.body;
  entries_.push_back(std::move(entry));
  if (capacity_ > 0 && entries_.size() > capacity_) entries_.pop_front();
}

std::size_t RequestLog::count(const Filter& filter) const {
  const auto fits_filter = [&](const LoggedRequest& entry) { return matches(filter, entry); };
  return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), fits_filter));
}

Json to_json(const LoggedRequest& entry) {
  Json json = {{"path", entry.path}, {"status", entry.status}};
  const std::pair<const char*, const std::string*> texts[] = {{"verb", &entry.verb},
                                                              {"group", &entry.group},
                                                              {"namespace", &entry.ns},
                                                              {"resource", &entry.resource},
                                                              {"name", &entry.name},
                                                              {"subresource", &entry.subresource},
                                                              {"userAgent", &entry.user_agent},
                                                              {"contentType", &entry.content_type},
                                                              {"patch", &entry.patch}};
  for (const auto& [key, value] : texts)
    if (!value->empty()) json[key] = *value;
  return json;
}

}  // namespace devcluster::apiserver
