#include "devcluster/apiserver/rendering.hpp"

#include <algorithm>
#include <chrono>

#include "devcluster/apiserver/object.hpp"
#include "devcluster/apiserver/schema.hpp"
#include "devcluster/apiserver/table.hpp"

namespace devcluster::apiserver {

namespace {

constexpr std::string_view initial_events_end_annotation = "k8s.io/initial-events-end";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Takes the next piece before `separator` off the front of `rest`.
std::string_view next_piece(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view piece = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

MediaType media_type(std::string_view clause) {
  MediaType out;
  out.type = std::string(next_piece(clause, ';'));
  while (!clause.empty()) {
    std::string_view value = next_piece(clause, ';');
    const std::string_view key = next_piece(value, '=');
    if (key == "as") out.as = std::string(value);
    if (key == "g") out.group = std::string(value);
    if (key == "v") out.version = std::string(value);
  }
  return out;
}

bool is_json(const MediaType& type) {
  return type.type == json_type || type.type == "application/*" || type.type == "*/*";
}

bool is_table(const MediaType& type) {
  return is_json(type) && type.as == "Table" && type.group == "meta.k8s.io" &&
         (type.version == "v1" || type.version == "v1beta1");
}

Json list_metadata(const Page& page) {
  Json metadata = {{"resourceVersion", std::to_string(page.revision)}};
  if (!page.next.empty()) metadata["continue"] = page.next;
  if (page.remaining > 0) metadata["remainingItemCount"] = page.remaining;
  return metadata;
}

}  // namespace

std::vector<MediaType> accepted(std::string_view accept_header) {
  std::vector<MediaType> out;
  while (!accept_header.empty()) out.push_back(media_type(next_piece(accept_header, ',')));
  if (out.empty()) out.push_back(media_type("*/*"));
  return out;
}

Json in_version(const Kind& kind, Json object) {
  if (text(object, "apiVersion") == kind.api_version()) return object;
  object["apiVersion"] = kind.api_version();
  prune(kind.schema, object);
  return object;
}

Answer<Rendering> Rendering::for_request(KindPtr kind, const Request& request, const Query& query) {
  Rendering rendering(std::move(kind));
  rendering.include_object_ = query.get("includeObject");
  for (const MediaType& type : accepted(request.accept)) {
    rendering.as_table_ = is_table(type);
    if (rendering.as_table_ || (is_json(type) && type.as.empty())) return rendering;
  }
  return not_acceptable(json_type);
}

std::string Rendering::plain(const Version& version) const {
  if (text(version.object, "apiVersion") == kind_->api_version()) return version.text;
  return in_version(*kind_, version.object).dump();
}

Json Rendering::table(const std::vector<VersionPtr>& versions) const {
  std::vector<Json> objects;
  for (const VersionPtr& version : versions) objects.push_back(in_version(*kind_, version->object));
  Json table = table_of(*kind_, objects, include_object_ == "Object",
                        rfc3339(std::chrono::system_clock::now()));
  if (include_object_ == "None")
    for (Json& row : table["rows"]) row.erase("object");
  return table;
}

std::string Rendering::object(const Version& version) const {
  if (!as_table_) return plain(version);
  // The pointer owns nothing: it only borrows the version for the call.
  Json one = table({VersionPtr(VersionPtr(), &version)});
  one["metadata"]["resourceVersion"] = std::to_string(version.revision);
  return one.dump();
}

std::string Rendering::list(const Page& page) const {
  if (as_table_) {
    Json whole = table(page.items);
    whole["metadata"] = list_metadata(page);
    return whole.dump();
  }
  std::string out = R"({"kind":")" + kind_->list_kind_name() + R"(","apiVersion":")" +
                    kind_->api_version() + R"(","metadata":)" + list_metadata(page).dump() +
                    R"(,"items":[)";
  for (const VersionPtr& version : page.items) {
    if (out.back() != '[') out += ',';
    out += plain(*version);
  }
  return out += "]}";
}

std::string Rendering::bookmark(Revision revision, bool initial_events_end) const {
  Json metadata = {{"resourceVersion", std::to_string(revision)}, {"creationTimestamp", nullptr}};
  if (initial_events_end)
    metadata["annotations"] = {{std::string(initial_events_end_annotation), "true"}};
  Json object =
      as_table_ ? table({}) : Json{{"kind", kind_->kind}, {"apiVersion", kind_->api_version()}};
  object["metadata"] = std::move(metadata);
  return object.dump();
}

}  // namespace devcluster::apiserver
