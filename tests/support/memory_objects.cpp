#include "tests/support/memory_objects.hpp"

#include "base/json.hpp"

namespace tests {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using base::Error;
using base::ErrorKind;

// RFC 7396.
void merge(json::value& target, const json::value& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = json::object();
  for (const auto& [key, value] : patch.get_object()) {
    if (value.is_null()) {
      target.get_object().erase(key);
    } else {
      merge(target.get_object()[key], value);
    }
  }
}

// RFC 6902, as far as we use it: test, remove, and add to an object. False: one does not apply.
bool apply(json::value& target, const json::array& operations) {
  json::value copy = target;
  for (const json::value& step : operations) {
    const json::string& path = step.at("path").as_string();
    boost::system::error_code missing;
    const std::size_t slash = path.rfind('/');
    json::value* parent = copy.find_pointer(path.subview(0, slash), missing);
    if (step.at("op") == "add") {
      if (!parent || !parent->is_object()) return false;
      parent->get_object()[path.subview(slash + 1)] = step.at("value");
      continue;
    }
    json::value* found = copy.find_pointer(path, missing);
    if (!found) return false;
    if (step.at("op") == "test") {
      if (*found != step.at("value")) return false;
      continue;
    }
    if (json::array* list = parent->if_array()) {
      list->erase(list->begin() + std::stol(std::string(path.subview(slash + 1))));
      continue;
    }
    json::object& object = parent->as_object();
    for (auto member = object.begin(); member != object.end(); ++member) {
      if (&member->value() != found) continue;
      object.erase(member);
      break;
    }
  }
  target = std::move(copy);
  return true;
}

bool has_finalizers(const json::value& object) {
  const json::value* list = base::member(object, "metadata", "finalizers");
  return list && list->is_array() && !list->get_array().empty();
}

}  // namespace

void MemoryObjects::put(json::value object) {
  bump(object);
  objects_[std::string(base::text(object, "metadata", "name"))] = std::move(object);
}

const json::value* MemoryObjects::find(const std::string& name) const {
  const auto found = objects_.find(name);
  return found == objects_.end() ? nullptr : &found->second;
}

void MemoryObjects::fail_next(std::string verb, Error error) {
  scripts_[verb].faults.push_back(std::move(error));
}

void MemoryObjects::after_next(std::string verb, Change change) {
  scripts_[verb].after.push_back(std::move(change));
}

void MemoryObjects::before_next(std::string verb, Change change) {
  scripts_[verb].before.push_back(std::move(change));
}

std::optional<Error> MemoryObjects::next_fault(const std::string& verb) {
  std::deque<Error>& faults = scripts_[verb].faults;
  if (faults.empty()) return std::nullopt;
  const Error fault = faults.front();
  faults.pop_front();
  return fault;
}

std::optional<Error> MemoryObjects::begin(const std::string& verb, const kube::ObjectPath& path) {
  if (const auto fault = next_fault(verb)) return fault;
  Script& script = scripts_[verb];
  const auto found = objects_.find(path.name);
  if (!script.before.empty() && found != objects_.end()) {
    script.before.front()(found->second);
    script.before.pop_front();
    bump(found->second);
  }
  if (found == objects_.end())
    return Error(ErrorKind::not_found, verb + " " + path.name + ": not found");
  return std::nullopt;
}

void MemoryObjects::bump(json::value& object) {
  object.as_object()["metadata"].as_object()["resourceVersion"] = std::to_string(++version_);
}

asio::awaitable<MemoryObjects::Reply> MemoryObjects::get(kube::ObjectPath path) {
  trace_.push_back("get " + path.name);
  if (const auto fault = begin("get", path)) co_return *fault;
  co_return objects_.at(path.name);
}

asio::awaitable<MemoryObjects::Reply> MemoryObjects::patch(kube::ObjectPath path,
                                                           kube::Patch change) {
  trace_.push_back("patch " + (path.subresource.empty() ? "object" : path.subresource));
  if (const auto fault = begin("patch", path)) co_return *fault;
  json::value& object = objects_.at(path.name);
  json::value patched = object;
  if (change.type == kube::PatchType::json) {
    if (!apply(patched, change.body.as_array()))
      co_return Error(ErrorKind::invalid, "patch " + path.name + ": the test failed");
  } else {
    merge(patched, change.body);
  }
  if (base::text(patched, "metadata", "uid") != base::text(object, "metadata", "uid"))
    co_return Error(ErrorKind::conflict, "patch " + path.name + ": another uid");
  if (base::text(patched, "metadata", "resourceVersion") !=
      base::text(object, "metadata", "resourceVersion"))
    co_return Error(ErrorKind::conflict, "patch " + path.name + ": another version");
  if (patched != object) bump(patched);
  object = std::move(patched);
  json::value reply = object;
  auto& after = scripts_["patch"].after;
  if (!after.empty()) {
    after.front()(object);
    after.pop_front();
    bump(object);
  }
  const bool deleting = base::member(object, "metadata", "deletionTimestamp") != nullptr;
  if (deleting && !has_finalizers(object)) objects_.erase(path.name);
  co_return reply;
}

asio::awaitable<MemoryObjects::Reply> MemoryObjects::replace(kube::ObjectPath path,
                                                             json::value object) {
  trace_.push_back("replace " + path.name);
  if (const auto fault = begin("replace", path)) co_return *fault;
  json::value& present = objects_.at(path.name);
  if (base::text(object, "metadata", "resourceVersion") !=
      base::text(present, "metadata", "resourceVersion"))
    co_return Error(ErrorKind::conflict, "replace " + path.name + ": another version");
  if (object != present) bump(object);
  present = std::move(object);
  co_return present;
}

asio::awaitable<MemoryObjects::Reply> MemoryObjects::create(kube::ObjectPath, json::value object) {
  trace_.push_back("create");
  if (const auto fault = next_fault("create")) co_return *fault;
  put(object);
  co_return object;
}

asio::awaitable<base::Result<void>> MemoryObjects::remove(kube::ObjectPath path, std::string) {
  trace_.push_back("delete " + path.name);
  objects_.erase(path.name);
  co_return base::Result<void>();
}

}  // namespace tests
