#include "sidecar/content_verdict.hpp"

#include "snapshot/content_interest.hpp"

namespace sidecar {

kube::Verdict verdict_of(const boost::json::value& content, const snapshot::ContentKind& kind,
                         std::string_view driver) {
  const snapshot::ContentView view(content, kind);
  const snapshot::ContentState state = state_of(view, driver);
  kube::Verdict verdict;
  if (state == snapshot::ContentState::foreign) return verdict;
  const bool unfinished = needs_work(view, driver);
  verdict.fate = unfinished ? kube::Verdict::Fate::unfinished : kube::Verdict::Fate::settled;
  verdict.state = static_cast<std::uint8_t>(state);
  verdict.intent = intent(view);
  return verdict;
}

}  // namespace sidecar
