#include "sidecar/performer.hpp"

#include "sidecar/content_pass.hpp"
#include "snapshot/readiness_wait.hpp"

namespace sidecar {

namespace asio = boost::asio;

namespace {

// The longest way through the plan has about ten steps; conflicts add a few. A pass that does not
// come to rest by then is a bug of ours, and must not become a hot loop.
constexpr int max_steps = 40;

}  // namespace

Performer::Performer(Parts parts, snapshot::PlanOptions options)
    : parts_(std::move(parts)), options_(std::move(options)) {}

asio::awaitable<PassResult> Performer::reconcile(std::string name) {
  kube::WorkCache::Object object = parts_.contents.find(name);
  PassResult result{kube::Outcome::done()};
  if (object) {
    result = co_await pass_over(std::move(object));
  } else {
    // Gone while others went first: those behind it must not wait for it.
    parts_.turnstile.leave(ContentPass::place_of(parts_.kind, name));
  }
  if (result.outcome.what() == kube::Outcome::What::done) waiting_since_.erase(name);
  co_return result;
}

asio::awaitable<PassResult> Performer::pass_over(kube::WorkCache::Object object) {
  ContentPass pass(parts_, std::move(object));
  for (int step = 0; step < max_steps; ++step) {
    snapshot::Action action = pass.next(options_);
    parts_.log.debug(4, "Decided", {{"content", pass.name()}, {"action", describe(action)}});
    if (ends_pass(action)) {
      PassResult result = result_of(pass.name(), action);
      result.code = pass.failed_with();
      co_return result;
    }
    co_await pass.perform(std::move(action));
    if (pass.ended()) co_return *pass.ended();
  }
  co_return PassResult(kube::Outcome::failed(), "the plan does not come to rest; this is a bug");
}

PassResult Performer::result_of(const std::string& name, const snapshot::Action& last) {
  if (const auto* failed = std::get_if<snapshot::BackOff>(&last))
    return PassResult(kube::Outcome::failed(), failed->why);
  if (std::holds_alternative<snapshot::Poll>(last)) {
    const base::Instant now = parts_.clock.now();
    const base::Instant since = waiting_since_.try_emplace(name, now).first->second;
    return PassResult(kube::Outcome::again_after(snapshot::readiness_wait(now - since)));
  }
  return PassResult(kube::Outcome::done());
}

}  // namespace sidecar
