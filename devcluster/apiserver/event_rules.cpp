#include "devcluster/apiserver/event_rules.hpp"

#include <string>
#include <string_view>

#include "devcluster/apiserver/causes.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/object.hpp"

namespace devcluster::apiserver {
namespace {

constexpr std::string_view namespaces_differ = "does not match event.namespace";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

// "prefix/name", as a label's key.
bool is_qualified_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != text.npos) {
    if (!subdomain_problem(std::string(text.substr(0, slash))).empty()) return false;
    text.remove_prefix(slash + 1);
  }
  constexpr std::size_t longest = 63;
  if (text.empty() || text.size() > longest) return false;
  for (const char c : text)
    if (!is_name_character(c)) return false;
  const auto at_an_end = [](char c) { return c != '-' && c != '_' && c != '.'; };
  return at_an_end(text.front()) && at_an_end(text.back());
}

Cause wrong_namespace(const Json& event) {
  return invalid_value("involvedObject.namespace",
                       std::string(text(event, "involvedObject", "namespace")), namespaces_differ);
}

// Events about objects that have no namespace live in "default".
bool namespaces_agree(const Json& event) {
  const std::string_view subject = text(event, "involvedObject", "namespace");
  return text(event, "metadata", "namespace") == (subject.empty() ? "default" : subject);
}

void demand_text(std::vector<Cause>& causes, const Json& event, const char* field,
                 std::size_t longest) {
  const std::string_view value = text(event, field);
  if (value.empty()) causes.push_back(required_value(field));
  if (value.size() > longest)
    causes.push_back(
        invalid_value(field, "", "can have at most " + std::to_string(longest) + " characters"));
}

std::vector<Cause> strict_causes(const Json& event) {
  constexpr std::size_t longest_field = 128;
  constexpr std::size_t longest_message = 1024;
  std::vector<Cause> causes;
  const bool of_no_namespace = text(event, "involvedObject", "namespace").empty();
  const bool in_system = text(event, "metadata", "namespace") == "kube-system";
  if (of_no_namespace && !in_system && !namespaces_agree(event))
    causes.push_back(wrong_namespace(event));
  const std::string reporter(text(event, "reportingComponent"));
  if (reporter.empty())
    causes.push_back(required_value("reportingComponent"));
  else if (!is_qualified_name(reporter))
    causes.push_back(invalid_value("reportingComponent", reporter, "it is no qualified name"));
  for (const char* field : {"reportingInstance", "action", "reason"})
    demand_text(causes, event, field, longest_field);
  if (text(event, "message").size() > longest_message)
    causes.push_back(invalid_value("message", "", "can have at most 1024 characters"));
  return causes;
}

}  // namespace

std::vector<Cause> event_causes(const Json& event) {
  if (!text(event, "eventTime").empty()) return strict_causes(event);
  if (!namespaces_agree(event)) return {wrong_namespace(event)};
  return {};
}

void complete_event(Json& event) {
  for (const char* time : {"eventTime", "firstTimestamp", "lastTimestamp"})
    if (!event.contains(time)) event[time] = nullptr;
  for (const char* reporter : {"reportingComponent", "reportingInstance"})
    if (!event.contains(reporter)) event[reporter] = "";
  if (!event.contains("source")) event["source"] = Json::object();
}

}  // namespace devcluster::apiserver
