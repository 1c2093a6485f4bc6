#include "kube/api/status_error.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <boost/json/parse.hpp>

#include "base/json.hpp"

namespace kube {
namespace {

// Kubernetes asks for 1 to 32 s. What a proxy's maintenance page or a webhook asks for must not put
// us to sleep for a day.
constexpr std::chrono::duration<std::int64_t> longest_wait = std::chrono::minutes(5);

namespace json = boost::json;
using base::ErrorKind;

struct Reason {
  std::string_view name;
  ErrorKind kind;
};

constexpr std::array reasons = {
    Reason{"AlreadyExists", ErrorKind::already_exists},
    Reason{"BadRequest", ErrorKind::invalid},
    Reason{"Conflict", ErrorKind::conflict},
    Reason{"Expired", ErrorKind::expired},
    Reason{"Forbidden", ErrorKind::forbidden},
    Reason{"Gone", ErrorKind::expired},
    Reason{"InternalError", ErrorKind::internal},
    Reason{"Invalid", ErrorKind::invalid},
    Reason{"MethodNotAllowed", ErrorKind::unimplemented},
    Reason{"NotAcceptable", ErrorKind::unimplemented},
    Reason{"NotFound", ErrorKind::not_found},
    Reason{"RequestEntityTooLarge", ErrorKind::invalid},
    Reason{"ServerTimeout", ErrorKind::timed_out},
    Reason{"ServiceUnavailable", ErrorKind::unavailable},
    Reason{"StorageReadError", ErrorKind::internal},
    Reason{"Timeout", ErrorKind::timed_out},
    Reason{"TooManyRequests", ErrorKind::throttled},
    Reason{"Unauthorized", ErrorKind::unauthenticated},
    Reason{"UnsupportedMediaType", ErrorKind::unimplemented},
};

ErrorKind kind_of_code(int code) {
  switch (code) {
    case 400:
    case 413:
    case 422:
      return ErrorKind::invalid;
    case 401:
      return ErrorKind::unauthenticated;
    case 403:
      return ErrorKind::forbidden;
    case 404:
      return ErrorKind::not_found;
    case 405:
    case 406:
    case 415:
      return ErrorKind::unimplemented;
    case 409:
      return ErrorKind::conflict;
    case 410:
      return ErrorKind::expired;
    case 429:
      return ErrorKind::throttled;
    case 503:
      return ErrorKind::unavailable;
    case 504:
      return ErrorKind::timed_out;
    default:
      return code >= 500 ? ErrorKind::internal : ErrorKind::unknown;
  }
}

// What a Status says, or what we make up in its place.
class Refusal {
 public:
  Refusal() = default;

  std::string name;  // of the object that it is about, as the server has it

  std::string reason;
  std::string message;
  int code = 0;
  std::optional<std::chrono::seconds> retry_after;
  bool uid_differs = false;
  bool version_ahead = false;  // the server has not yet reached the resourceVersion asked for
  bool blames_a_field = false;
};

int code_of(const json::value& status) {
  const json::value* code = base::member(status, "code");
  return code && code->is_int64() ? static_cast<int>(code->get_int64()) : 0;
}

void read_causes(const json::value& status, Refusal& refusal) {
  const json::value* causes = base::member(status, "details", "causes");
  if (!causes || !causes->is_array()) return;
  for (const json::value& cause : causes->get_array()) {
    const std::string_view field = base::text(cause, "field");
    refusal.uid_differs = refusal.uid_differs || field == "metadata.uid";
    refusal.blames_a_field = refusal.blames_a_field || !field.empty();
    if (base::text(cause, "reason") == "ResourceVersionTooLarge") refusal.version_ahead = true;
  }
}

Refusal read_status(const json::value& status) {
  Refusal refusal;
  refusal.reason = base::text(status, "reason");
  refusal.message = base::text(status, "message");
  refusal.name = base::text(status, "details", "name");
  refusal.code = code_of(status);
  read_causes(status, refusal);
  const json::value* wait = base::member(status, "details", "retryAfterSeconds");
  const bool positive = wait && wait->is_int64() && wait->get_int64() > 0;
  if (positive)
    refusal.retry_after = std::chrono::seconds(std::min(wait->get_int64(), longest_wait.count()));
  // "Try again at once" is something a server says on purpose with this reason only.
  if (!positive && refusal.reason == "ServerTimeout") refusal.retry_after = std::chrono::seconds(0);
  return refusal;
}

// One line of at most 2 KiB of what a proxy or an old server wrote.
std::string shortened(std::string_view body) {
  constexpr std::size_t longest = 2048;
  std::string line(body.substr(0, longest));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

Refusal generic(const ApiCall& call, const ResponseHead& head, std::string_view body) {
  Refusal refusal;
  refusal.code = head.status;
  if (head.status == 409 && call.verb == "create") refusal.reason = "AlreadyExists";
  refusal.message = "the server answered HTTP " + std::to_string(head.status);
  const bool plain = head.media_type.empty() || head.media_type == "text/plain";
  if (const std::string text = shortened(body); plain && !text.empty())
    refusal.message += ": " + text;
  if (head.status == 404)
    refusal.message += "; it does not serve " + to_string(call.path.resource) + " in version " +
                       call.path.resource.version;
  return refusal;
}

ErrorKind decide(const ApiCall& call, const Refusal& refusal) {
  const ErrorKind kind = kind_of(refusal.reason, refusal.code);
  // The version is gone in the same sense as after a compaction: list again, without one.
  if (refusal.version_ahead) return ErrorKind::expired;
  // Only a 404 that names the object says that it is gone. Others come from a proxy, from a server
  // that does not serve the kind just now, or from a kind without this subresource.
  const bool of_an_object = !call.path.name.empty();
  if (kind == ErrorKind::not_found && of_an_object && refusal.name != call.path.name)
    return ErrorKind::unavailable;
  if (kind != ErrorKind::invalid) return kind;
  // A patch that carries the uid of another object of this name; and a failed "test", which the
  // server reports as 422 without a word about fields.
  if (refusal.uid_differs) return ErrorKind::conflict;
  if (call.conditional && refusal.code == 422 && !refusal.blames_a_field)
    return ErrorKind::conflict;
  return kind;
}

std::string advice(const ApiCall& call, ErrorKind kind) {
  if (kind == ErrorKind::unauthenticated)
    return "; it does not accept our credentials, check " + call.credentials;
  if (kind == ErrorKind::forbidden) {
    std::string resource = to_string(call.path.resource);
    if (!call.path.subresource.empty()) resource += "/" + call.path.subresource;
    return "; our account needs an RBAC rule with the verb \"" + call.verb + "\" on " + resource;
  }
  return "";
}

base::Error make_error(const ApiCall& call, Refusal refusal) {
  const ErrorKind kind = decide(call, refusal);
  std::string text = refusal.message.empty() ? refusal.reason : refusal.message;
  if (text.empty()) text = "the server answered code " + std::to_string(refusal.code);
  const base::Error error(kind, to_string(call) + ": " + text + advice(call, kind));
  return refusal.retry_after ? error.with_retry_after(*refusal.retry_after) : error;
}

std::optional<json::value> parse_status(std::string_view body) {
  boost::system::error_code why;
  json::value value = json::parse(json::string_view(body.data(), body.size()), why);
  if (why || base::text(value, "status") != "Failure") return std::nullopt;
  const std::string_view kind = base::text(value, "kind");
  if (!kind.empty() && kind != "Status") return std::nullopt;
  return value;
}

}  // namespace

std::string to_string(const ApiCall& call) {
  const bool whole_kind = call.path.name.empty() && call.path.space.empty();
  return call.verb + " " + (whole_kind ? to_string(call.path.resource) : to_string(call.path));
}

base::ErrorKind kind_of(std::string_view reason, int code) {
  if (code == 429 || code == 413) return kind_of_code(code);
  const auto known = std::find_if(reasons.begin(), reasons.end(),
                                  [&](const Reason& each) { return each.name == reason; });
  return known == reasons.end() ? kind_of_code(code) : known->kind;
}

base::Error refusal(const ApiCall& call, const ResponseHead& head, std::string_view body) {
  const std::optional<json::value> status = parse_status(body);
  Refusal found = status ? read_status(*status) : generic(call, head, body);
  if (found.code == 0) found.code = head.status;
  if (!found.retry_after && head.retry_after)
    found.retry_after = std::min<std::chrono::seconds>(*head.retry_after, longest_wait);
  return make_error(call, std::move(found));
}

base::Error status_error(const ApiCall& call, const json::value& status) {
  return make_error(call, read_status(status));
}

std::optional<base::Error> hidden_failure(const ApiCall& call, const json::value& body) {
  const bool failure = base::text(body, "kind") == "Status" &&
                       base::text(body, "apiVersion") == "v1" &&
                       base::text(body, "status") != "Success";
  if (!failure) return std::nullopt;
  return status_error(call, body);
}

}  // namespace kube
