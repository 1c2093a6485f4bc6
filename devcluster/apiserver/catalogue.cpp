#include "devcluster/apiserver/catalogue.hpp"

#include <algorithm>
#include <utility>

namespace devcluster::apiserver {

namespace {

template <class Is>
KindPtr first(const std::vector<KindPtr>& kinds, Is is) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&is](const KindPtr& kind) { return is(*kind); });
  return found == kinds.end() ? nullptr : *found;
}

}  // namespace

Catalogue::Catalogue(std::vector<Kind> builtin) : builtin_(std::move(builtin)) {
  rebuild();
}

void Catalogue::set_custom(const std::string& definition, std::vector<Kind> kinds) {
  if (kinds.empty())
    custom_.erase(definition);
  else
    custom_[definition] = std::move(kinds);
  rebuild();
}

KindPtr Catalogue::find(std::string_view group, std::string_view version,
                        std::string_view plural) const {
  return first(pointers_, [&](const Kind& kind) {
    return kind.plural == plural && kind.group == group && kind.version == version;
  });
}

KindPtr Catalogue::find_by_kind(std::string_view api_version, std::string_view name) const {
  return first(pointers_, [&](const Kind& kind) {
    return kind.kind == name && kind.api_version() == api_version;
  });
}

KindPtr Catalogue::storage_of(const Kind& of) const {
  return first(pointers_, [&](const Kind& kind) {
    return kind.storage && kind.plural == of.plural && kind.group == of.group;
  });
}

void Catalogue::rebuild() {
  all_ = builtin_;
  for (const auto& [definition, kinds] : custom_)
    all_.insert(all_.end(), kinds.begin(), kinds.end());
  pointers_.clear();
  for (const Kind& kind : all_) pointers_.push_back(std::make_shared<Kind>(kind));
}

}  // namespace devcluster::apiserver
