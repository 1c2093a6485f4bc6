#include "tests/simulation/patching.hpp"

#include "devcluster/apiserver/json_patch.hpp"

namespace simulation {
namespace {

namespace json = boost::json;
using devcluster::apiserver::Json;

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

// The embedded API server has another JSON library than the product.
Json theirs(const json::value& value) {
  switch (value.kind()) {
    case json::kind::object: {
      Json out = Json::object();
      for (const auto& [key, member] : value.get_object()) out[std::string(key)] = theirs(member);
      return out;
    }
    case json::kind::array: {
      Json out = Json::array();
      for (const json::value& item : value.get_array()) out.push_back(theirs(item));
      return out;
    }
    case json::kind::string:
      return std::string(value.get_string());
    case json::kind::int64:
      return value.get_int64();
    case json::kind::uint64:
      return value.get_uint64();
    case json::kind::double_:
      return value.get_double();
    case json::kind::bool_:
      return value.get_bool();
    case json::kind::null:
      return nullptr;
  }
  return nullptr;
}

json::value ours(const Json& value) {
  switch (value.type()) {
    case Json::value_t::object: {
      json::object out;
      for (const auto& [key, member] : value.items()) out[key] = ours(member);
      return out;
    }
    case Json::value_t::array: {
      json::array out;
      for (const Json& item : value) out.push_back(ours(item));
      return out;
    }
    case Json::value_t::string:
      return json::value(value.get_ref<const std::string&>());
    case Json::value_t::number_integer:
      return value.get<std::int64_t>();
    case Json::value_t::number_unsigned:
      return value.get<std::uint64_t>();
    case Json::value_t::number_float:
      return value.get<double>();
    case Json::value_t::boolean:
      return value.get<bool>();
    default:
      return nullptr;
  }
}

}  // namespace

base::Result<json::value> patched(const json::value& object, const kube::Patch& patch) {
  if (patch.type == kube::PatchType::merge) {
    json::value next = object;
    merge(next, patch.body);
    return next;
  }
  const auto next = devcluster::apiserver::json_patched(theirs(object), theirs(patch.body));
  if (!next) return base::Error(base::ErrorKind::invalid, next.error().message());
  return ours(*next);
}

}  // namespace simulation
