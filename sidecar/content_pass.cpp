#include "sidecar/content_pass.hpp"

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

kube::ObjectPath path_of(const std::string& name, std::string subresource) {
  kube::Resource contents;
  contents.group = snapshot::keys::group;
  contents.version = snapshot::keys::version;
  contents.plural = snapshot::keys::contents;
  return kube::ObjectPath(std::move(contents), "", name, std::move(subresource));
}

kube::ObjectPath path_of(const snapshot::SecretRef& ref) {
  kube::Resource secrets;
  secrets.version = "v1";
  secrets.plural = "secrets";
  return kube::ObjectPath(std::move(secrets), ref.space, ref.name);
}

// A driver that does not say when it cut the snapshot did it just now, as far as we can tell;
// upstream writes 1970 (spec/sidecar.md 10.5).
snapshot::TakenSnapshot as_taken(const csi::Snapshot& said, base::WallTime now) {
  snapshot::TakenSnapshot taken;
  taken.handle = said.snapshot_id;
  taken.size_bytes = said.size_bytes;
  taken.ready_to_use = said.ready_to_use;
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch());
  taken.creation_time_ns = said.creation_time_ns.value_or(since_epoch.count());
  return taken;
}

}  // namespace

ContentPass::ContentPass(Performer::Parts& parts, kube::WorkCache::Object object)
    : parts_(parts), object_(std::move(object)) {}

snapshot::Action ContentPass::next(const snapshot::PlanOptions& options) {
  // While we waited for an answer the watch may have told that the content is to be deleted.
  const kube::WorkCache::Object newest = parts_.contents.find(name());
  if (newest && snapshot::ContentView(*newest).uid() == view().uid()) object_ = newest;
  std::optional<snapshot::SnapshotClass> of_content;
  if (const auto named = view().class_name()) of_content = parts_.find_class(*named);
  return plan(view(), of_content ? &*of_content : nullptr, options, pass_);
}

asio::awaitable<void> ContentPass::perform(snapshot::Action action) {
  return std::visit([this](auto& one) { return carry_out(std::move(one)); }, action);
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
      pass_.secret_in_hand = true;
      co_return;
    }
    secret = decoded.error();
  }
  const Error error =
      secret.error().while_doing("cannot get credentials for snapshot content \"" + name() + "\"");
  pass_.failure = Failure(Deed::fetch_secret, error, false);
}

asio::awaitable<void> ContentPass::carry_out(snapshot::MarkBeingCreated) {
  kube::Patch patch = kube::Patch::merge(snapshot::mark_patch(view()));
  co_await write("", std::move(patch));
  pass_.marked_here = view().being_created();
}

asio::awaitable<void> ContentPass::carry_out(snapshot::CreateSnapshot action) {
  csi::CreateSnapshotCall call;
  call.source_volume_id = action.volume_handle;
  call.name = action.name;
  call.parameters = std::move(action.parameters);
  call.secrets = std::move(secrets_);
  pass_.secret_in_hand = false;
  Result<csi::Snapshot> answer = co_await parts_.driver.create_snapshot(std::move(call));
  if (answer)
    parts_.log.info("The driver has the snapshot",
                    {{"content", name()},
                     {"handle", answer->snapshot_id},
                     {"ready", answer->ready_to_use ? "yes" : "not yet"},
                     {"size", answer->size_bytes}});
  learn(std::move(answer), Deed::create);
}

asio::awaitable<void> ContentPass::carry_out(snapshot::LookUpSnapshot action) {
  csi::Secrets secrets = std::move(secrets_);
  pass_.secret_in_hand = false;
  Result<csi::Snapshot> answer =
      co_await parts_.driver.find_snapshot(std::move(action.handle), std::move(secrets));
  learn(std::move(answer), Deed::look_up);
}

void ContentPass::learn(Result<csi::Snapshot> answer, Deed deed) {
  if (answer) {
    pass_.answer = as_taken(*answer, parts_.clock.wall_now());
  } else {
    const bool final = csi::is_final(answer.error().kind());
    pass_.failure = Failure(deed, answer.error(), final);
  }
}

asio::awaitable<void> ContentPass::carry_out(snapshot::WriteStatus action) {
  kube::Patch patch = kube::Patch::json(snapshot::status_patch(view(), action.snapshot));
  co_await write("status", std::move(patch));
}

asio::awaitable<void> ContentPass::carry_out(snapshot::WriteError action) {
  kube::Patch patch =
      kube::Patch::json(snapshot::error_patch(view(), action, parts_.clock.wall_now()));
  pass_.reported = true;
  co_await write("status", std::move(patch));
}

asio::awaitable<void> ContentPass::carry_out(snapshot::UnmarkBeingCreated) {
  kube::Patch patch = kube::Patch::merge(snapshot::unmark_patch(view()));
  co_await write("", std::move(patch));
}

asio::awaitable<void> ContentPass::carry_out(snapshot::DeleteSnapshot action) {
  csi::Secrets secrets = std::move(secrets_);
  pass_.secret_in_hand = false;
  const Result<void> answer =
      co_await parts_.driver.delete_snapshot(action.handle, std::move(secrets));
  if (!answer) {
    pass_.failure = Failure(Deed::remove, answer.error(), false);
    co_return;
  }
  pass_.deleted = true;
  parts_.log.info("The driver has deleted the snapshot",
                  {{"content", name()}, {"handle", action.handle}});
}

asio::awaitable<void> ContentPass::carry_out(snapshot::ClearStatus) {
  kube::Patch patch = kube::Patch::json(snapshot::clear_status_patch(view()));
  co_await write("status", std::move(patch));
}

asio::awaitable<void> ContentPass::carry_out(snapshot::Release action) {
  if (!action.left_behind.empty())
    parts_.log.warning("Releasing a content whose storage stays",
                       {{"content", name()}, {"why", action.left_behind}});
  kube::Patch patch = kube::Patch::json(snapshot::release_patch(view()));
  co_await write("", std::move(patch));
}

asio::awaitable<void> ContentPass::write(std::string subresource, kube::Patch patch) {
  kube::ObjectPath path = path_of(name(), std::move(subresource));
  Result<json::value> reply = co_await parts_.api.patch(std::move(path), std::move(patch));
  if (reply) {
    take(std::move(*reply));
  } else if (reply.error().kind() == ErrorKind::not_found) {
    gone();
  } else if (reply.error().kind() == ErrorKind::conflict ||
             reply.error().kind() == ErrorKind::invalid) {
    // `invalid` is how the server says that the `test` of a JSON patch failed.
    co_await read_again(reply.error());
  } else {
    fail(reply.error());
  }
}

asio::awaitable<void> ContentPass::read_again(Error why) {
  if (++rereads_ > max_rereads) {
    fail(why);
    co_return;
  }
  kube::ObjectPath path = path_of(name(), "");
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
  if (pass_.answer && !pass_.deleted)
    parts_.log.warning(
        "The content is gone while its snapshot was taken; the snapshot stays on the storage",
        {{"content", name()}, {"handle", pass_.answer->handle}});
  if (!pass_.answer && unknown_outcome)
    parts_.log.warning(
        "The content is gone while the outcome of its create was unknown; if the driver made the "
        "snapshot, it stays on the storage",
        {{"content", name()}, {"snapshotUid", view().snapshot_ref_uid()}});
  ended_ = PassResult(kube::Outcome::done());
}

void ContentPass::fail(const Error& error) {
  const auto wait = error.retry_after().value_or(std::chrono::milliseconds(0));
  ended_ = PassResult(kube::Outcome::failed(wait), error.text());
}

}  // namespace sidecar
