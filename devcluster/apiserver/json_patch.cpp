#include "devcluster/apiserver/json_patch.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devcluster/apiserver/json_access.hpp"

namespace devcluster::apiserver {

namespace {

constexpr std::size_t max_operations = 10000;  // kube-apiserver's own limit

using Path = std::vector<std::string>;

// The outcome of one operation: empty, or why it cannot be done.
using Problem = std::string;

std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    if (escape && token[i + 1] == '1')
      out += '/', ++i;
    else if (escape && token[i + 1] == '0')
      out += '~', ++i;
    else
      out += token[i];
  }
  return out;
}

Path path_of(std::string_view pointer) {
  Path path;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const std::size_t slash = std::min(pointer.find('/'), pointer.size());
    path.push_back(unescaped(pointer.substr(0, slash)));
    pointer.remove_prefix(slash);
  }
  return path;
}

// The index that a token means in an array of `size`; negative ones count from the end, as the
// library that the server uses allows. Empty when it is none, or out of range.
std::optional<std::size_t> index_of(const std::string& token, std::size_t size) {
  long index = 0;
  const auto [stop, problem] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (token.empty() || problem != std::errc() || stop != token.data() + token.size()) return {};
  if (index < 0) index += static_cast<long>(size);
  if (index < 0 || index >= static_cast<long>(size)) return {};
  return static_cast<std::size_t>(index);
}

Json* child(Json& parent, const std::string& token) {
  if (parent.is_object()) {
    const auto found = parent.find(token);
    return found == parent.end() ? nullptr : &*found;
  }
  if (!parent.is_array()) return nullptr;
  const auto index = index_of(token, parent.size());
  return index ? &parent[*index] : nullptr;
}

Json* parent_of(Json& document, const Path& path) {
  Json* at = &document;
  for (std::size_t i = 0; at && i + 1 < path.size(); ++i) at = child(*at, path[i]);
  return at;
}

Json* value_at(Json& document, const Path& path) {
  if (path.empty()) return &document;
  Json* parent = parent_of(document, path);
  return parent ? child(*parent, path.back()) : nullptr;
}

Problem missing(std::string_view operation, std::string_view pointer) {
  return std::string(operation) +
         " operation does not apply: doc is missing path: " + std::string(pointer);
}

Problem add(Json& document, std::string_view pointer, Json value) {
  const Path path = path_of(pointer);
  if (path.empty()) {
    document = std::move(value);
    return {};
  }
  Json* parent = parent_of(document, path);
  if (!parent) return missing("add", pointer);
  if (parent->is_object()) {
    (*parent)[path.back()] = std::move(value);
    return {};
  }
  if (!parent->is_array()) return missing("add", pointer);
  // One past the end is allowed here, as "-" or as a number.
  const auto index =
      path.back() == "-" ? parent->size() : index_of(path.back(), parent->size() + 1);
  if (!index) return missing("add", pointer);
  parent->insert(parent->begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return {};
}

Problem remove(Json& document, std::string_view pointer) {
  const Path path = path_of(pointer);
  Json* parent = path.empty() ? nullptr : parent_of(document, path);
  if (!parent || !child(*parent, path.back())) return missing("remove", pointer);
  if (parent->is_object())
    parent->erase(path.back());
  else
    parent->erase(*index_of(path.back(), parent->size()));
  return {};
}

Problem replace(Json& document, std::string_view pointer, Json value) {
  const Path path = path_of(pointer);
  if (path.empty()) {
    document = std::move(value);
    return {};
  }
  Json* parent = parent_of(document, path);
  if (!parent) return missing("replace", pointer);
  if (parent->is_object()) {
    (*parent)[path.back()] = std::move(value);  // v4 adds what is missing; clients rely on it
    return {};
  }
  Json* element = child(*parent, path.back());
  if (!element) return missing("replace", pointer);
  *element = std::move(value);
  return {};
}

Problem test(Json& document, std::string_view pointer, const Json& expected) {
  const Json* found = value_at(document, path_of(pointer));
  const bool holds = found ? *found == expected : expected.is_null();
  return holds ? Problem() : "testing value " + std::string(pointer) + " failed: test failed";
}

Problem transfer(Json& document, const Json& operation, bool keep_source) {
  const std::string_view from = text(operation, "from");
  const Json* source = value_at(document, path_of(from));
  if (!source) return missing(keep_source ? "copy" : "move", from);
  Json value = *source;
  if (!keep_source) {
    Problem problem = remove(document, from);
    if (!problem.empty()) return problem;
  }
  return add(document, text(operation, "path"), std::move(value));
}

bool is_pointer(const Json& operation, std::string_view key) {
  const Json* pointer = member(operation, key);
  return pointer && pointer->is_string() &&
         (text(operation, key).empty() || text(operation, key).starts_with('/'));
}

bool well_formed(const Json& operation) {
  if (!is_pointer(operation, "path")) return false;
  const std::string_view op = text(operation, "op");
  if (op == "move" || op == "copy") return is_pointer(operation, "from");
  if (op == "add" || op == "replace" || op == "test") return true;
  return op == "remove";
}

Problem apply(Json& document, const Json& operation) {
  const std::string_view op = text(operation, "op");
  const std::string_view path = text(operation, "path");
  const Json* given = member(operation, "value");
  const Json value = given ? *given : Json();
  if (op == "add") return add(document, path, value);
  if (op == "remove") return remove(document, path);
  if (op == "replace") return replace(document, path, value);
  if (op == "test") return test(document, path, value);
  return transfer(document, operation, op == "copy");
}

}  // namespace

Answer<Json> json_patched(Json document, const Json& patch) {
  if (!patch.is_array())
    return bad_request("error decoding patch: a JSON patch is an array of operations");
  if (patch.size() > max_operations)
    return Refusal(413, "RequestEntityTooLarge",
                   "The allowed maximum operations in a JSON patch is 10000, got " +
                       std::to_string(patch.size()));
  for (const Json& operation : patch)
    if (!well_formed(operation))
      return bad_request("error decoding patch: not an operation: " + operation.dump());
  for (const Json& operation : patch) {
    const Problem problem = apply(document, operation);
    if (!problem.empty())
      return Refusal(422, "Invalid",
                     "the server rejected our request due to an error in our request: " + problem);
  }
  return document;
}

}  // namespace devcluster::apiserver
