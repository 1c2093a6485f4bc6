#include "sidecar/content_pass.hpp"

#include <utility>

#include "csi/status.hpp"
#include "kube/api/secret.hpp"
#include "snapshot/content_patches.hpp"
#include "snapshot/keys.hpp"

namespace sidecar {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using base::Error;
using base::ErrorKind;
using base::Result;
using snapshot::Deed;
using snapshot::Failure;

// A write that is refused because the object changed is decided anew on a fresh copy. More than a
// few times in one pass means that somebody fights with us: back off.
constexpr int max_rereads = 3;

kube::ObjectPath path_of(const snapshot::ContentKind& kind, const std::string& name,
                         std::string subresource) {
  kube::Resource contents;
  contents.group = kind.api_group;
  contents.version = snapshot::keys::version;
  contents.plural = kind.plural;
  return kube::ObjectPath(std::move(contents), "", name, std::move(subresource));
}

kube::ObjectPath path_of(const snapshot::SecretRef& ref) {
  kube::Resource secrets;
  secrets.version = "v1";
  secrets.plural = "secrets";
  return kube::ObjectPath(std::move(secrets), ref.space, ref.name);
}

// Trouble of the way to the server, or of its load: it passes by itself, and an event would have to
// take the same way.
bool passes_by_itself(ErrorKind kind) {
  return kind == ErrorKind::unavailable || kind == ErrorKind::timed_out ||
         kind == ErrorKind::throttled || kind == ErrorKind::cancelled ||
         kind == ErrorKind::conflict;
}

constexpr std::chrono::seconds look_again_for_the_lease{1};
constexpr std::chrono::seconds look_again_for_the_driver{1};

// What an action would have the driver do, also the mark, which announces a call.
std::optional<Deed> deed_of(const snapshot::Action& action) {
  const bool create = std::holds_alternative<snapshot::MarkBeingCreated>(action) ||
                      std::holds_alternative<snapshot::CreateSnapshot>(action);
  if (create) return Deed::create;
  if (std::holds_alternative<snapshot::LookUpSnapshot>(action)) return Deed::look_up;
  if (std::holds_alternative<snapshot::DeleteSnapshot>(action)) return Deed::remove;
  return std::nullopt;
}

}  // namespace

ContentPass::ContentPass(Performer::Parts& parts, kube::WorkCache::Object object)
    : parts_(parts), object_(std::move(object)) {
  place_ = place_of(parts_.kind, name());
}

std::string ContentPass::place_of(const snapshot::ContentKind& kind, const std::string& name) {
  return std::string(kind.plural) + "/" + name;
}

ContentPass::~ContentPass() {
  if (!others_go_first_) parts_.turnstile.leave(place_);
}

std::optional<ErrorKind> ContentPass::failed_with() const {
  return pass_.failure ? std::optional(pass_.failure->error.kind()) : std::nullopt;
}

snapshot::Action ContentPass::next(const snapshot::PlanOptions& options) {
  // While we waited for an answer the watch may have told that the content is to be deleted.
  const kube::WorkCache::Object newest = parts_.contents.find(name());
  if (newest && snapshot::ContentView(*newest, parts_.kind).uid() == view().uid()) object_ = newest;
  std::optional<snapshot::SnapshotClass> of_content;
  if (const auto named = view().class_name()) of_content = parts_.find_class(*named);
  return plan(view(), of_content ? &*of_content : nullptr, options, pass_);
}

asio::awaitable<void> ContentPass::perform(snapshot::Action action) {
  if (!parts_.may_act()) {
    ended_ = PassResult(kube::Outcome::again_after(look_again_for_the_lease));
    co_return;
  }
  const std::optional<Deed> deed = deed_of(action);
  const std::optional<DriverTrouble> trouble = deed ? parts_.driver_trouble() : std::nullopt;
  if (trouble && !trouble->lasting) {
    ended_ = PassResult(kube::Outcome::again_after(look_again_for_the_driver));
    co_return;
  }
  if (trouble) {
    pass_.failure = Failure(*deed, Error(ErrorKind::unavailable, trouble->why), false);
    co_return;
  }
  co_await std::visit([this](auto& one) { return carry_out(std::move(one)); }, action);
}

template <class End>
asio::awaitable<void> ContentPass::carry_out(End) {
  co_return;
}

asio::awaitable<void> ContentPass::carry_out(snapshot::FetchSecret action) {
  kube::ObjectPath path = path_of(action.ref);
  Result<json::value> secret = co_await parts_.api.get(std::move(path));
  if (secret) {
    secrets_ = csi::Secrets();
    const Result<void> decoded =
        kube::decode_secret(std::move(*secret), [this](std::string key, std::string value) {
          secrets_.set(std::move(key), std::move(value));
        });
    if (decoded) {
      pass_.secret_in_hand = action.ref;
      co_return;
    }
    secret = decoded.error();
  }
  const Error error =
      secret.error().while_doing("cannot get credentials for " + std::string(parts_.kind.noun) +
                                 " content \"" + name() + "\"");
  pass_.failure = Failure(Deed::fetch_secret, error, false);
}

csi::Secrets ContentPass::secrets_for(const std::optional<snapshot::SecretRef>& ref) {
  if (!ref) return csi::Secrets();
  pass_.secret_in_hand.reset();
  return std::move(secrets_);
}

bool ContentPass::is_our_turn(const snapshot::Turns& turns) {
  const auto call = [wake = parts_.wake, key = name()] { wake(key); };
  if (parts_.turnstile.enter(place_, turns, call)) return true;
  parts_.log.debug(4, "Others go first", {{"content", name()}, {"at", turns.back()}});
  others_go_first_ = true;
  ended_ = PassResult(kube::Outcome::done());
  return false;
}

asio::awaitable<void> ContentPass::carry_out(snapshot::MarkBeingCreated action) {
  if (!is_our_turn(action.turns)) co_return;
  kube::Patch patch = kube::Patch::merge(snapshot::mark_patch(view()));
  const bool done = co_await write("", std::move(patch), std::move(action));
  pass_.copy_is_fresh = view().being_created();
  pass_.marked_here = done && pass_.copy_is_fresh;
}

asio::awaitable<void> ContentPass::carry_out(snapshot::ReadAgain action) {
  if (!is_our_turn(action.turns)) co_return;
  co_await read();
  pass_.copy_is_fresh = true;
}

asio::awaitable<void> ContentPass::carry_out(snapshot::CreateSnapshot action) {
  if (!is_our_turn(action.turns)) co_return;
  csi::Secrets secrets = secrets_for(action.secret);
  Storage::Taken answer = co_await parts_.storage.create(std::move(action), std::move(secrets));
  if (answer)
    parts_.log.info("The driver has the snapshot",
                    {{"content", name()},
                     {"handle", answer->handle},
                     {"ready", answer->ready_to_use ? "yes" : "not yet"},
                     {"size", answer->size_bytes}});
  learn(std::move(answer), Deed::create);
}

asio::awaitable<void> ContentPass::carry_out(snapshot::LookUpSnapshot action) {
  csi::Secrets secrets = secrets_for(action.secret);
  Storage::Taken answer = co_await parts_.storage.look_up(std::move(action), std::move(secrets));
  learn(std::move(answer), Deed::look_up);
}

asio::awaitable<void> ContentPass::carry_out(snapshot::AssumeReady action) {
  snapshot::TakenSnapshot believed;
  believed.handle = std::move(action.handle);
  believed.creation_time_ns = nanoseconds(parts_.clock.wall_now());
  believed.ready_to_use = true;
  pass_.answer = std::move(believed);
  co_return;
}

void ContentPass::learn(Storage::Taken answer, Deed deed) {
  if (answer) {
    pass_.answer = std::move(*answer);
  } else {
    const bool final = csi::is_final(answer.error().kind());
    pass_.failure = Failure(deed, answer.error(), final);
  }
}

asio::awaitable<void> ContentPass::carry_out(snapshot::WriteStatus action) {
  kube::Patch patch = kube::Patch::json(snapshot::status_patch(view(), action.snapshot));
  co_await write("status", std::move(patch), std::move(action));
}

asio::awaitable<void> ContentPass::carry_out(snapshot::WriteError action) {
  if (!std::exchange(told_, true)) tell(action.reason, action.message);
  kube::Patch patch =
      kube::Patch::json(snapshot::error_patch(view(), action, parts_.clock.wall_now()));
  pass_.reported = co_await write("status", std::move(patch), std::move(action));
}

asio::awaitable<void> ContentPass::carry_out(snapshot::UnmarkBeingCreated action) {
  kube::Patch patch = kube::Patch::merge(snapshot::unmark_patch(view()));
  co_await write("", std::move(patch), action);
}

asio::awaitable<void> ContentPass::carry_out(snapshot::DeleteSnapshot action) {
  csi::Secrets secrets = secrets_for(action.secret);
  const std::string handle = action.handle;
  const Result<void> answer = co_await parts_.storage.remove(std::move(action), std::move(secrets));
  if (!answer) {
    pass_.failure = Failure(Deed::remove, answer.error(), false);
    co_return;
  }
  pass_.deleted = true;
  parts_.log.info("The driver has deleted the snapshot", {{"content", name()}, {"handle", handle}});
}

asio::awaitable<void> ContentPass::carry_out(snapshot::ClearStatus action) {
  kube::Patch patch = kube::Patch::json(snapshot::clear_status_patch(view()));
  co_await write("status", std::move(patch), action);
}

asio::awaitable<void> ContentPass::carry_out(snapshot::Release action) {
  if (!action.left_behind.empty()) {
    parts_.log.warning("Releasing a content whose storage stays",
                       {{"content", name()}, {"why", action.left_behind}});
    tell(parts_.kind.left_behind, "Released without deleting: " + action.left_behind);
  }
  kube::Patch patch = kube::Patch::json(snapshot::release_patch(view()));
  co_await write("", std::move(patch), std::move(action));
}

asio::awaitable<bool> ContentPass::write(std::string subresource, kube::Patch patch,
                                         snapshot::Action doing) {
  kube::ObjectPath path = path_of(parts_.kind, name(), std::move(subresource));
  Result<json::value> reply = co_await parts_.api.patch(std::move(path), std::move(patch));
  if (reply) {
    take(std::move(*reply));
  } else if (reply.error().kind() == ErrorKind::not_found) {
    gone();
  } else if (reply.error().kind() == ErrorKind::conflict ||
             reply.error().kind() == ErrorKind::invalid) {
    // `invalid` is how the server says that the `test` of a JSON patch failed.
    co_await read_again(reply.error(), std::move(doing));
  } else {
    complain(reply.error(), doing);
  }
  co_return reply.has_value();
}

asio::awaitable<void> ContentPass::read_again(Error why, snapshot::Action doing) {
  if (++rereads_ > max_rereads) {
    complain(why, doing);
    co_return;
  }
  co_await read();
}

asio::awaitable<void> ContentPass::read() {
  kube::ObjectPath path = path_of(parts_.kind, name(), "");
  Result<json::value> fresh = co_await parts_.api.get(std::move(path));
  if (!fresh) {
    fresh.error().kind() == ErrorKind::not_found ? gone() : fail(fresh.error());
  } else if (snapshot::ContentView(*fresh).uid() != view().uid()) {
    gone();  // the name belongs to another object now; its own news will bring it here
  } else {
    take(std::move(*fresh));
  }
}

void ContentPass::take(json::value reply) {
  auto own = std::make_shared<const json::value>(reply);
  const kube::WorkCache::Object newest = parts_.contents.observe(std::move(reply));
  const bool same =
      newest && snapshot::ContentView(*newest).uid() == snapshot::ContentView(*own).uid();
  object_ = same ? newest : std::move(own);
}

void ContentPass::gone() {
  parts_.contents.forget(name(), view().uid());
  // Somebody removed the object by force. Whether its storage should go is not for us to guess.
  const bool unknown_outcome = view().being_created() && !view().snapshot_handle();
  std::string left;
  if (pass_.answer && !pass_.deleted)
    left = "The content is gone while its snapshot was taken; snapshot " + pass_.answer->handle +
           " stays on the storage";
  else if (unknown_outcome)
    left =
        "The content is gone while the outcome of its create was unknown; if the driver made "
        "the snapshot for " +
        std::string(view().snapshot_ref_uid()) + ", it stays on the storage";
  if (!left.empty()) {
    parts_.log.warning(left, {{"content", name()}});
    tell(parts_.kind.left_behind, left);
  }
  ended_ = PassResult(kube::Outcome::done());
}

void ContentPass::fail(const Error& error) {
  const auto wait = error.retry_after().value_or(std::chrono::milliseconds(0));
  ended_ = PassResult(kube::Outcome::failed(wait), error.text());
  ended_->code = error.kind();
}

void ContentPass::complain(const Error& error, const snapshot::Action& doing) {
  if (!passes_by_itself(error.kind())) {
    const snapshot::Complaint complaint = snapshot::write_refused(view(), doing, error);
    tell(complaint.reason, complaint.message);
  }
  fail(error);
}

void ContentPass::tell(std::string_view reason, std::string_view message) {
  kube::ObjectReference about;
  about.api_version =
      std::string(parts_.kind.api_group) + "/" + std::string(snapshot::keys::version);
  about.kind = parts_.kind.kind;
  about.name = name();
  about.uid = view().uid();
  about.resource_version = view().resource_version();
  parts_.events.record(about, kube::EventSeverity::warning, reason, message);
}

}  // namespace sidecar
