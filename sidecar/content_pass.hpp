#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include "csi/secrets.hpp"
#include "sidecar/performer.hpp"
#include "snapshot/content_plan.hpp"

namespace sidecar {

// One pass over one content: the freshest object, what was learnt, the secret in hand.
class ContentPass {
 public:
  ContentPass(Performer::Parts& parts, kube::WorkCache::Object object);

  // The next thing to do for the freshest object known.
  snapshot::Action next(const snapshot::PlanOptions& options);

  boost::asio::awaitable<void> perform(snapshot::Action action);

  // Set once the pass cannot go on: a write failed, or the object is gone.
  const std::optional<PassResult>& ended() const { return ended_; }

 private:
  boost::asio::awaitable<void> carry_out(snapshot::FetchSecret action);
  boost::asio::awaitable<void> carry_out(snapshot::MarkBeingCreated);
  boost::asio::awaitable<void> carry_out(snapshot::CreateSnapshot action);
  boost::asio::awaitable<void> carry_out(snapshot::LookUpSnapshot action);
  boost::asio::awaitable<void> carry_out(snapshot::WriteStatus action);
  boost::asio::awaitable<void> carry_out(snapshot::WriteError action);
  boost::asio::awaitable<void> carry_out(snapshot::UnmarkBeingCreated);
  boost::asio::awaitable<void> carry_out(snapshot::DeleteSnapshot action);
  boost::asio::awaitable<void> carry_out(snapshot::ClearStatus);
  boost::asio::awaitable<void> carry_out(snapshot::Release action);
  // Settle, Poll and BackOff end a pass; there is nothing to carry out.
  template <class End>
  boost::asio::awaitable<void> carry_out(End);

  boost::asio::awaitable<void> write(std::string subresource, kube::Patch patch);
  boost::asio::awaitable<void> read_again(base::Error why);
  void take(boost::json::value reply);
  void learn(base::Result<csi::Snapshot> answer, snapshot::Deed deed);
  void gone();
  void fail(const base::Error& error);
  snapshot::ContentView view() const { return snapshot::ContentView(*object_); }
  std::string name() const { return std::string(view().name()); }

  Performer::Parts& parts_;
  kube::WorkCache::Object object_;  // never null
  snapshot::Pass pass_;
  csi::Secrets secrets_;
  int rereads_ = 0;
  std::optional<PassResult> ended_;
};

}  // namespace sidecar
