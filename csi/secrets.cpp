#include "csi/secrets.hpp"

#include <string.h>

#include <utility>

namespace csi {

void wipe(std::string& text) {
  text.resize(text.capacity());  // never reallocates; a short string keeps its text in itself
  explicit_bzero(text.data(), text.size());
  text.clear();
}

Secrets& Secrets::operator=(Secrets&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  values_ = std::move(other.values_);
  other.values_.clear();
  return *this;
}

void Secrets::set(std::string key, std::string value) {
  std::string& kept = values_[std::move(key)];
  csi::wipe(kept);
  kept.assign(value);
  csi::wipe(value);  // a short string is copied by a move, too
}

void Secrets::wipe() {
  for (auto& [key, value] : values_) csi::wipe(value);
  values_.clear();
}

}  // namespace csi
