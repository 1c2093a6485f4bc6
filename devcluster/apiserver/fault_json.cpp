#include <algorithm>
#include <string_view>
#include <utility>

#include "devcluster/apiserver/faults.hpp"
#include "devcluster/apiserver/json_access.hpp"

namespace devcluster::apiserver {

namespace {

using Deed = Fault::Deed;

struct DeedName {
  std::string_view name;
  Deed deed;
};
constexpr DeedName deed_names[] = {
    {"answer", Deed::answer},
    {"delay", Deed::delay},
    {"drop", Deed::drop},
    {"lose-reply", Deed::lose_reply},
    {"drop-watch", Deed::drop_watch},
    {"hold-watch", Deed::hold_watch},
};

constexpr std::string_view members_known[] = {"verb",  "resource", "name",      "subresource",
                                              "fault", "skip",     "count",     "code",
                                              "body",  "delayMs",  "retryAfter"};

int number(const Json& json, std::string_view key, int otherwise) {
  const Json* found = member(json, key);
  return found && found->is_number_integer() ? found->get<int>() : otherwise;
}

Answer<Deed> deed_in(const Json& json) {
  const std::string_view wanted = text(json, "fault");
  std::string known;
  for (const DeedName& entry : deed_names) {
    if (entry.name == wanted) return entry.deed;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  return bad_request("\"fault\" must be one of " + known + ", or \"compact\"");
}

}  // namespace

Answer<Fault> fault_from_json(const Json& json) {
  if (!json.is_object()) return bad_request("a fault is a JSON object");
  for (const auto& [key, value] : members(json))
    if (std::find(std::begin(members_known), std::end(members_known), key) ==
        std::end(members_known))
      return bad_request("a fault has no member \"" + key + "\"");
  const Answer<Deed> deed = deed_in(json);
  if (!deed) return deed.error();
  Fault fault;
  fault.deed = *deed;
  fault.verb = std::string(text(json, "verb"));
  fault.resource = std::string(text(json, "resource"));
  fault.name = std::string(text(json, "name"));
  fault.subresource = std::string(text(json, "subresource"));
  fault.skip = number(json, "skip", 0);
  // A person who drops watches means those that are open, not all that will ever be.
  fault.count = number(json, "count", fault.deed == Deed::drop_watch ? 1 : 0);
  fault.code = number(json, "code", 500);
  fault.delay = std::chrono::milliseconds(number(json, "delayMs", 0));
  if (member(json, "retryAfter")) fault.retry_after_seconds = number(json, "retryAfter", 1);
  if (member(json, "body")) fault.plain_text = std::string(text(json, "body"));
  if (fault.code < 200 || fault.code > 599) return bad_request("\"code\" must be an HTTP status");
  return fault;
}

Json to_json(const Faults::Active& active) {
  const Fault& fault = active.fault;
  Json json = {{"id", active.id}, {"struck", std::max(0, active.struck - fault.skip)}};
  for (const DeedName& entry : deed_names)
    if (entry.deed == fault.deed) json["fault"] = entry.name;
  const std::pair<const char*, const std::string*> texts[] = {{"verb", &fault.verb},
                                                              {"resource", &fault.resource},
                                                              {"name", &fault.name},
                                                              {"subresource", &fault.subresource}};
  for (const auto& [key, value] : texts)
    if (!value->empty()) json[key] = *value;
  if (fault.skip > 0) json["skip"] = fault.skip;
  if (fault.count > 0) json["count"] = fault.count;
  if (fault.deed == Deed::answer) json["code"] = fault.code;
  if (fault.delay.count() > 0) json["delayMs"] = fault.delay.count();
  if (fault.retry_after_seconds) json["retryAfter"] = *fault.retry_after_seconds;
  if (fault.plain_text) json["body"] = *fault.plain_text;
  return json;
}

}  // namespace devcluster::apiserver
