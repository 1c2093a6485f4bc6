#include "devcluster/driver/faults.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace devcluster::driver {
namespace {

using base::Error;
using base::ErrorKind;
using grpc::StatusCode;

constexpr std::string_view methods[] = {
    "GetPluginInfo",
    "GetPluginCapabilities",
    "Probe",
    "CreateVolume",
    "DeleteVolume",
    "ListVolumes",
    "GetCapacity",
    "ValidateVolumeCapabilities",
    "ControllerGetCapabilities",
    "CreateSnapshot",
    "DeleteSnapshot",
    "ListSnapshots",
    "GetSnapshot",
    "GroupControllerGetCapabilities",
    "CreateVolumeGroupSnapshot",
    "DeleteVolumeGroupSnapshot",
    "GetVolumeGroupSnapshot",
};

struct Alias {
  std::string_view alias, method;
};
constexpr Alias aliases[] = {
    {"create", "CreateSnapshot"},
    {"delete", "DeleteSnapshot"},
    {"list", "ListSnapshots"},
    {"get", "GetSnapshot"},
    {"create-group", "CreateVolumeGroupSnapshot"},
    {"delete-group", "DeleteVolumeGroupSnapshot"},
    {"get-group", "GetVolumeGroupSnapshot"},
    {"probe", "Probe"},
    {"info", "GetPluginInfo"},
};

struct CodeName {
  std::string_view name;
  StatusCode code;
};
constexpr CodeName codes[] = {
    {"CANCELLED", StatusCode::CANCELLED},
    {"UNKNOWN", StatusCode::UNKNOWN},
    {"INVALID_ARGUMENT", StatusCode::INVALID_ARGUMENT},
    {"DEADLINE_EXCEEDED", StatusCode::DEADLINE_EXCEEDED},
    {"NOT_FOUND", StatusCode::NOT_FOUND},
    {"ALREADY_EXISTS", StatusCode::ALREADY_EXISTS},
    {"PERMISSION_DENIED", StatusCode::PERMISSION_DENIED},
    {"RESOURCE_EXHAUSTED", StatusCode::RESOURCE_EXHAUSTED},
    {"FAILED_PRECONDITION", StatusCode::FAILED_PRECONDITION},
    {"ABORTED", StatusCode::ABORTED},
    {"OUT_OF_RANGE", StatusCode::OUT_OF_RANGE},
    {"UNIMPLEMENTED", StatusCode::UNIMPLEMENTED},
    {"INTERNAL", StatusCode::INTERNAL},
    {"UNAVAILABLE", StatusCode::UNAVAILABLE},
    {"DATA_LOSS", StatusCode::DATA_LOSS},
    {"UNAUTHENTICATED", StatusCode::UNAUTHENTICATED},
};

struct FlawName {
  std::string_view name;
  Flaw flaw;
};
constexpr FlawName flaws[] = {
    {"no-message", Flaw::no_message}, {"empty-id", Flaw::empty_id},
    {"other-id", Flaw::other_id},     {"negative-size", Flaw::negative_size},
    {"no-time", Flaw::no_time},       {"bad-time", Flaw::bad_time},
};

// "create=UNAVAILABLE*3" in its parts; what and times may be absent.
struct Part {
  std::string_view method, what, times;
};

Part split(std::string_view text) {
  Part part;
  if (const std::size_t star = text.find('*'); star != text.npos) {
    part.times = text.substr(star + 1);
    text = text.substr(0, star);
  }
  const std::size_t equals = text.find('=');
  part.method = text.substr(0, equals);
  if (equals != text.npos) part.what = text.substr(equals + 1);
  return part;
}

std::optional<std::string> method_named(std::string_view name) {
  for (const Alias& known : aliases)
    if (known.alias == name) return std::string(known.method);
  if (std::find(std::begin(methods), std::end(methods), name) == std::end(methods)) return {};
  return std::string(name);
}

std::optional<Flaw> flaw_named(std::string_view name) {
  for (const FlawName& known : flaws)
    if (known.name == name) return known.flaw;
  return {};
}

// At most a million, so that a slip of the finger does not eat the memory.
std::optional<int> count_in(std::string_view text) {
  constexpr int most = 1'000'000;
  int count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failed != std::errc() || end != text.data() + text.size() || count < 1 || count > most)
    return {};
  return count;
}

Error not_understood(std::string_view part, std::string_view why) {
  return Error(ErrorKind::invalid, "fault \"" + std::string(part) + "\": " + std::string(why));
}

}  // namespace

std::optional<StatusCode> code_named(std::string_view name) {
  for (const CodeName& known : codes)
    if (known.name == name) return known.code;
  return {};
}

std::string_view name_of(StatusCode code) {
  for (const CodeName& known : codes)
    if (known.code == code) return known.name;
  return code == StatusCode::OK ? "OK" : "a code that gRPC does not define";
}

void Faults::fail(const std::string& method, StatusCode code, int times) {
  std::deque<Fault>& faults = script_[method];
  faults.insert(faults.end(), static_cast<std::size_t>(times), Fault{Fault::Kind::refused, code});
}

void Faults::lose_reply(const std::string& method, int times, StatusCode code) {
  std::deque<Fault>& faults = script_[method];
  faults.insert(faults.end(), static_cast<std::size_t>(times),
                Fault{Fault::Kind::reply_lost, code});
}

void Faults::spoil_reply(const std::string& method, Flaw flaw, int times) {
  std::deque<Fault>& faults = script_[method];
  faults.insert(faults.end(), static_cast<std::size_t>(times),
                Fault{Fault::Kind::reply_spoilt, StatusCode::OK, flaw});
}

base::Result<void> Faults::add_failures(std::string_view script) {
  return add(script, Fault::Kind::refused);
}

base::Result<void> Faults::add_lost_replies(std::string_view script) {
  return add(script, Fault::Kind::reply_lost);
}

base::Result<void> Faults::add_spoilt_replies(std::string_view script) {
  return add(script, Fault::Kind::reply_spoilt);
}

base::Result<void> Faults::add(std::string_view script, Fault::Kind kind) {
  while (!script.empty()) {
    const std::size_t comma = std::min(script.find(','), script.size());
    const std::string_view text = script.substr(0, comma);
    script.remove_prefix(std::min(comma + 1, script.size()));

    const Part part = split(text);
    const std::optional<std::string> method = method_named(part.method);
    if (!method)
      return not_understood(text,
                            "no such method; write create, delete, list, get, create-group, "
                            "delete-group, get-group, probe, info, or the name of an RPC");
    const bool spoilt = kind == Fault::Kind::reply_spoilt;
    const std::optional<Flaw> flaw = flaw_named(part.what);
    if (spoilt && !flaw)
      return not_understood(text,
                            "no such flaw; write no-message, empty-id, other-id, negative-size, "
                            "no-time or bad-time, as in create=empty-id");
    const std::optional<StatusCode> code = part.what.empty() && kind == Fault::Kind::reply_lost
                                               ? StatusCode::UNAVAILABLE
                                               : code_named(part.what);
    if (!spoilt && !code)
      return not_understood(text, "no such code; write a gRPC code, as in create=UNAVAILABLE");
    const std::optional<int> times = part.times.empty() && text.find('*') == text.npos
                                         ? std::optional<int>(1)
                                         : count_in(part.times);
    if (!times) return not_understood(text, "what follows * must be a number from 1 to 1000000");
    if (kind == Fault::Kind::refused) fail(*method, *code, *times);
    if (kind == Fault::Kind::reply_lost) lose_reply(*method, *times, *code);
    if (spoilt) spoil_reply(*method, *flaw, *times);
  }
  return {};
}

std::optional<Fault> Faults::next(const std::string& method) {
  const auto found = script_.find(method);
  if (found == script_.end() || found->second.empty()) return {};
  const Fault fault = found->second.front();
  found->second.pop_front();
  return fault;
}

}  // namespace devcluster::driver
