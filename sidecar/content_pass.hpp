#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include "csi/secrets.hpp"
#include "sidecar/performer.hpp"
#include "snapshot/content_plan.hpp"

namespace sidecar {

// One pass over one content: the freshest object, what was learnt, the secret in hand, the place in
// the lines of those who must not work side by side.
class ContentPass {
 public:
  ContentPass(Performer::Parts& parts, kube::WorkCache::Object object);
  ContentPass(const ContentPass&) = delete;
  ContentPass& operator=(const ContentPass&) = delete;
  ~ContentPass();

  // Who the content is at the turnstile.
  static std::string place_of(const snapshot::ContentKind& kind, const std::string& name);

  // The next thing to do for the freshest object known.
  snapshot::Action next(const snapshot::PlanOptions& options);

  boost::asio::awaitable<void> perform(snapshot::Action action);

  // Set once the pass cannot go on: a write failed, the object is gone, or it is others' turn.
  const std::optional<PassResult>& ended() const { return ended_; }
  std::optional<base::ErrorKind> failed_with() const;
  std::string name() const { return std::string(view().name()); }

 private:
  boost::asio::awaitable<void> carry_out(snapshot::FetchSecret action);
  boost::asio::awaitable<void> carry_out(snapshot::MarkBeingCreated action);
  boost::asio::awaitable<void> carry_out(snapshot::ReadAgain action);
  boost::asio::awaitable<void> carry_out(snapshot::CreateSnapshot action);
  boost::asio::awaitable<void> carry_out(snapshot::LookUpSnapshot action);
  boost::asio::awaitable<void> carry_out(snapshot::AssumeReady action);
  boost::asio::awaitable<void> carry_out(snapshot::WriteStatus action);
  boost::asio::awaitable<void> carry_out(snapshot::WriteError action);
  boost::asio::awaitable<void> carry_out(snapshot::UnmarkBeingCreated action);
  boost::asio::awaitable<void> carry_out(snapshot::DeleteSnapshot action);
  boost::asio::awaitable<void> carry_out(snapshot::ClearStatus action);
  boost::asio::awaitable<void> carry_out(snapshot::Release action);
  // Settle, Poll and BackOff end a pass; there is nothing to carry out.
  template <class End>
  boost::asio::awaitable<void> carry_out(End);

  // Whether it was done; if not, there is a fresh copy or the pass has ended.
  boost::asio::awaitable<bool> write(std::string subresource, kube::Patch patch,
                                     snapshot::Action doing);
  boost::asio::awaitable<void> read();
  boost::asio::awaitable<void> read_again(base::Error why, snapshot::Action doing);
  void take(boost::json::value reply);
  void learn(Storage::Taken answer, snapshot::Deed deed);
  csi::Secrets secrets_for(const std::optional<snapshot::SecretRef>& ref);
  bool is_our_turn(const snapshot::Turns& turns);
  void gone();
  void fail(const base::Error& error);
  void complain(const base::Error& error, const snapshot::Action& doing);
  void tell(std::string_view reason, std::string_view message);
  snapshot::ContentView view() const { return snapshot::ContentView(*object_, parts_.kind); }

  Performer::Parts& parts_;
  kube::WorkCache::Object object_;  // never null
  snapshot::Pass pass_;
  csi::Secrets secrets_;
  int rereads_ = 0;
  bool told_ = false;  // of a failure, as an event: once a pass is enough
  std::optional<PassResult> ended_;
  std::string place_;
  bool others_go_first_ = false;  // we keep our place in line beyond the pass
};

}  // namespace sidecar
