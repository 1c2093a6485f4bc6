#include "sidecar/turnstile.hpp"

#include <algorithm>

namespace sidecar {

bool Turnstile::enter(const std::string& who, const std::vector<std::string>& turns, Call call) {
  const auto known = visitors_.find(who);
  if (known != visitors_.end() && known->second.turns != turns) leave(who);
  const auto [found, is_new] = visitors_.try_emplace(who);
  if (is_new) {
    found->second = {turns, std::move(call)};
    for (const std::string& turn : turns) {
      std::deque<std::string>& line = lines_[turn];
      // A group may name one volume twice.
      if (line.empty() || line.back() != who) line.push_back(who);
    }
  }
  return is_first(who, found->second);
}

void Turnstile::leave(const std::string& who) {
  const auto found = visitors_.find(who);
  if (found == visitors_.end()) return;
  const Visitor leaving = std::move(found->second);
  visitors_.erase(found);
  std::vector<std::string> next;
  for (const std::string& turn : leaving.turns) {
    const auto line = lines_.find(turn);
    if (line == lines_.end()) continue;
    const bool was_first = line->second.front() == who;
    line->second.erase(std::remove(line->second.begin(), line->second.end(), who),
                       line->second.end());
    if (line->second.empty()) {
      lines_.erase(line);
    } else if (was_first) {
      next.push_back(line->second.front());
    }
  }
  std::sort(next.begin(), next.end());
  next.erase(std::unique(next.begin(), next.end()), next.end());
  for (const std::string& one : next) {
    const Visitor& visitor = visitors_.at(one);
    if (is_first(one, visitor)) visitor.call();
  }
}

bool Turnstile::is_first(const std::string& who, const Visitor& visitor) const {
  return std::all_of(visitor.turns.begin(), visitor.turns.end(),
                     [&](const std::string& turn) { return lines_.at(turn).front() == who; });
}

}  // namespace sidecar
