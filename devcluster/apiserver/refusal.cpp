#include "devcluster/apiserver/refusal.hpp"

#include <stdexcept>

namespace devcluster::apiserver {

namespace {

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

Json causes_json(const std::vector<Cause>& causes) {
  Json list = Json::array();
  for (const Cause& cause : causes) {
    Json entry = {{"reason", cause.type}, {"message", cause.message}};
    if (!cause.field.empty()) entry["field"] = cause.field;
    list.push_back(std::move(entry));
  }
  return list;
}

// "spec.driver: Required value", several of them in brackets.
std::string sentence(const std::vector<Cause>& causes) {
  std::string text;
  for (const Cause& cause : causes) {
    if (!text.empty()) text += ", ";
    text += cause.field.empty() ? cause.message : cause.field + ": " + cause.message;
  }
  return causes.size() > 1 ? "[" + text + "]" : text;
}

}  // namespace

Refusal Refusal::about(std::string group, std::string resource, std::string name) && {
  group_ = std::move(group);
  resource_ = std::move(resource);
  name_ = std::move(name);
  return std::move(*this);
}

Refusal Refusal::because(std::vector<Cause> causes) && {
  causes_ = std::move(causes);
  return std::move(*this);
}

Refusal Refusal::retry_after(int seconds) && {
  retry_after_seconds_ = seconds;
  return std::move(*this);
}

Refusal Refusal::continued_by(std::string token) && {
  continue_ = std::move(token);
  return std::move(*this);
}

Json Refusal::status() const {
  Json status = {{"apiVersion", "v1"},  {"kind", "Status"},    {"metadata", Json::object()},
                 {"status", "Failure"}, {"message", message_}, {"code", code_}};
  if (!reason_.empty()) status["reason"] = reason_;
  if (!continue_.empty()) status["metadata"]["continue"] = continue_;
  Json details = Json::object();
  if (!name_.empty()) details["name"] = name_;
  if (!group_.empty()) details["group"] = group_;
  if (!resource_.empty()) details["kind"] = resource_;
  if (!causes_.empty()) details["causes"] = causes_json(causes_);
  if (retry_after_seconds_) details["retryAfterSeconds"] = *retry_after_seconds_;
  if (!details.empty()) status["details"] = std::move(details);
  return status;
}

void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
  throw std::logic_error("a refusal was taken for a success: " + refusal.message());
}

std::string qualified_resource(const Kind& kind) {
  return kind.group.empty() ? kind.plural : kind.plural + "." + kind.group;
}

Refusal already_exists(const Kind& kind, std::string_view name) {
  return Refusal(409, "AlreadyExists",
                 qualified_resource(kind) + " " + quoted(name) + " already exists")
      .about(kind.group, kind.plural, std::string(name));
}

Refusal bad_request(std::string message) {
  return {400, "BadRequest", std::move(message)};
}

Refusal conflict(const Kind& kind, std::string_view name, std::string_view why) {
  return Refusal(409, "Conflict",
                 "Operation cannot be fulfilled on " + qualified_resource(kind) + " " +
                     quoted(name) + ": " + std::string(why))
      .about(kind.group, kind.plural, std::string(name));
}

Refusal stale_version(const Kind& kind, std::string_view name) {
  return conflict(kind, name,
                  "the object has been modified; please apply your changes to the latest version "
                  "and try again");
}

Refusal expired(std::string message) {
  return {410, "Expired", std::move(message)};
}

Refusal forbidden(const Kind& kind, std::string_view name, std::string_view why) {
  const std::string subject = name.empty() ? "" : " " + quoted(name);
  return Refusal(403, "Forbidden",
                 qualified_resource(kind) + subject + " is forbidden: " + std::string(why))
      .about(kind.group, kind.plural, std::string(name));
}

Refusal invalid(const Kind& kind, std::string_view name, std::vector<Cause> causes) {
  const std::string qualified = kind.group.empty() ? kind.kind : kind.kind + "." + kind.group;
  Refusal refusal(422, "Invalid",
                  qualified + " " + quoted(name) + " is invalid: " + sentence(causes));
  return std::move(refusal)
      .about(kind.group, kind.kind, std::string(name))
      .because(std::move(causes));
}

Refusal method_not_allowed(std::string message) {
  return {405, "MethodNotAllowed", std::move(message)};
}

Refusal no_such_path() {
  return {404, "NotFound", "the server could not find the requested resource"};
}

Refusal not_acceptable(std::string_view accepted_types) {
  return {406, "NotAcceptable",
          "only the following media types are accepted: " + std::string(accepted_types)};
}

Refusal not_found(const Kind& kind, std::string_view name) {
  return Refusal(404, "NotFound", qualified_resource(kind) + " " + quoted(name) + " not found")
      .about(kind.group, kind.plural, std::string(name));
}

Refusal unauthorized() {
  return {401, "Unauthorized", "Unauthorized"};
}

Refusal unsupported_media_type(std::string_view accepted_types) {
  return {415, "UnsupportedMediaType",
          "the body of the request was in an unknown format - accepted media types include: " +
              std::string(accepted_types)};
}

}  // namespace devcluster::apiserver
