#include "devcluster/apiserver/page.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "devcluster/apiserver/object.hpp"

namespace devcluster::apiserver {

namespace {

// Where a list begins and which state of the collection it shows.
struct Cut {
  std::optional<Revision> exact;  // absent: the present state
  std::optional<Key> after;       // the last key of the page before
  Revision shown = 0;             // the version that the page is said to have
  std::size_t limit = 0;          // 0: no limit
};

std::string hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const unsigned char c : text) (out += digits[c >> 4]) += digits[c & 15];
  return out;
}

std::string unhex(std::string_view text) {
  std::string spaced;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) (spaced += '%') += text.substr(i, 2);
  return percent_decoded(spaced);
}

// Opaque to clients. Revision -1 says: go on with whatever is there now.
std::string token(Revision revision, const Key& after) {
  return hex(Json{{"rv", revision}, {"ns", after.ns}, {"name", after.name}}.dump());
}

Answer<Cut> read_token(const Collection& collection, Revision now, const std::string& text_of_it) {
  const Json parsed = Json::parse(unhex(text_of_it), nullptr, false);
  const Json* revision = member(parsed, "rv");
  if (!revision || !revision->is_number_integer())
    return bad_request("continue key is not valid: it was not made by this server");
  Cut cut;
  cut.after = Key{std::string(text(parsed, "ns")), std::string(text(parsed, "name"))};
  cut.shown = revision->get<Revision>();
  if (cut.shown < 0) {
    cut.shown = now;
    return cut;
  }
  cut.exact = cut.shown;
  if (cut.shown >= collection.compacted()) return cut;
  return expired(
             "The provided continue parameter is too old to display a consistent list result. You "
             "can start a new list without the continue parameter, or use the continue token in "
             "this response to retrieve the remainder of the results. Continuing with the provided "
             "token results in an inconsistent list - objects that were created, modified, or "
             "deleted between the time the first chunk was returned and now may show up in the "
             "list.")
      .continued_by(token(-1, *cut.after));
}

std::optional<Refusal> unfit(const Query& query) {
  const std::string match = query.get("resourceVersionMatch");
  const std::string version = query.get("resourceVersion");
  const bool continued = !query.get("continue").empty();
  if (query.has("sendInitialEvents"))
    return invalid_list_options("sendInitialEvents",
                                "Forbidden: sendInitialEvents is forbidden for list");
  if (continued && !match.empty())
    return invalid_list_options(
        "resourceVersionMatch",
        "Forbidden: resourceVersionMatch is forbidden when continue is provided");
  if (!match.empty() && version.empty())
    return invalid_list_options(
        "resourceVersionMatch",
        "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (!match.empty() && match != "Exact" && match != "NotOlderThan")
    return invalid_list_options(
        "resourceVersionMatch",
        "Unsupported value: \"" + match + "\": supported values: \"Exact\", \"NotOlderThan\"");
  if (match == "Exact" && version == "0")
    return invalid_list_options(
        "resourceVersionMatch",
        "Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
  if (continued && !version.empty() && version != "0")
    return bad_request("specifying resource version is not allowed when using continue");
  return {};
}

Answer<Cut> read_version(const Collection& collection, Revision now, const Query& query) {
  Cut cut;
  cut.shown = now;
  cut.limit = static_cast<std::size_t>(std::max<std::int64_t>(decimal(query.get("limit")), 0));
  const std::string version = query.get("resourceVersion");
  if (version.empty()) return cut;
  const Revision asked = decimal(version);
  if (asked < 0)
    return bad_request("Invalid value: \"" + version + "\": resourceVersion is not a number");
  if (asked == 0) {
    cut.limit = 0;  // answered from the watch cache, which does not page
    return cut;
  }
  if (asked > now) return too_large_version(asked, now);
  const std::string match = query.get("resourceVersionMatch");
  // The legacy rule: with a limit and no match, the version is meant exactly.
  if (match != "Exact" && (cut.limit == 0 || match == "NotOlderThan")) return cut;
  if (asked < collection.compacted())
    return expired("The resourceVersion for the provided list is too old.");
  cut.exact = cut.shown = asked;
  return cut;
}

// Walks the keys of a collection as they were at a revision: the present ones, with every key that
// changed since replaced by what it was.
class Walk {
 public:
  Walk(const Collection& collection, const Cut& cut, const std::string& ns)
      : present_(collection.objects()), ns_(ns) {
    if (cut.exact) undo(collection, *cut.exact);
    const Key start = cut.after.value_or(Key{ns, ""});
    present_at_ = cut.after ? present_.upper_bound(start) : present_.lower_bound(start);
    past_at_ = cut.after ? past_.upper_bound(start) : past_.lower_bound(start);
  }

  // The next object with its key, or null at the end.
  VersionPtr next(Key& key) {
    for (;;) {
      const bool more_past = past_at_ != past_.end();
      const bool more_present = present_at_ != present_.end();
      if (!more_past && !more_present) return nullptr;
      const bool from_past = more_past && (!more_present || past_at_->first <= present_at_->first);
      key = from_past ? past_at_->first : present_at_->first;
      if (!ns_.empty() && key.ns != ns_) return nullptr;  // keys are ordered by namespace
      const VersionPtr found = from_past ? past_at_->second : present_at_->second;
      if (more_present && present_at_->first == key) ++present_at_;
      if (from_past) ++past_at_;
      if (found) return found;  // null: not there at that revision
    }
  }

 private:
  void undo(const Collection& collection, Revision revision) {
    const std::deque<Change>& history = collection.history();
    for (std::size_t i = collection.first_after(revision); i < history.size(); ++i)
      past_.try_emplace(history[i].key, history[i].before);
  }

  const std::map<Key, VersionPtr>& present_;
  const std::string& ns_;
  std::map<Key, VersionPtr> past_;
  std::map<Key, VersionPtr>::const_iterator present_at_, past_at_;
};

Page collect(const Collection& collection, const Scope& scope, const Cut& cut) {
  Page page;
  page.revision = cut.shown;
  Walk walk(collection, cut, scope.ns);
  Key key, last;
  while (VersionPtr found = walk.next(key)) {
    if (cut.limit > 0 && page.items.size() == cut.limit) {
      if (page.next.empty()) page.next = token(cut.shown, last);
      if (!scope.selector.everything()) break;
      ++page.remaining;
      continue;
    }
    last = key;
    if (scope.selector.matches(found->object)) page.items.push_back(std::move(found));
  }
  return page;
}

}  // namespace

Refusal too_large_version(Revision asked, Revision current) {
  return Refusal(504, "Timeout",
                 "Too large resource version: " + std::to_string(asked) +
                     ", current: " + std::to_string(current))
      .because({Cause{"ResourceVersionTooLarge", "", "Too large resource version"}})
      .retry_after(1);
}

Refusal invalid_list_options(std::string field, std::string message) {
  Kind options;
  options.group = "meta.k8s.io";
  options.kind = "ListOptions";
  const std::size_t colon = message.find(':');
  const std::string type = "FieldValue" + message.substr(0, colon);
  return invalid(options, "",
                 {Cause{type == "FieldValueUnsupported value" ? "FieldValueNotSupported" : type,
                        std::move(field), std::move(message)}});
}

Answer<Page> page_of(const Collection& collection, Revision now, const Scope& scope,
                     const Query& query) {
  if (std::optional<Refusal> refusal = unfit(query)) return *refusal;
  const std::string continued = query.get("continue");
  Answer<Cut> cut = continued.empty() ? read_version(collection, now, query)
                                      : read_token(collection, now, continued);
  if (!cut) return cut.error();
  if (!continued.empty())
    cut->limit = static_cast<std::size_t>(std::max<std::int64_t>(decimal(query.get("limit")), 0));
  return collect(collection, scope, *cut);
}

}  // namespace devcluster::apiserver
