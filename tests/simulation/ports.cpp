#include "tests/simulation/ports.hpp"

#include <memory>
#include <utility>

#include <boost/json/serialize.hpp>

#include "snapshot/content_view.hpp"
#include "snapshot/keys.hpp"
#include "tests/simulation/mailbox.hpp"

namespace simulation {

namespace asio = boost::asio;
namespace json = boost::json;
using base::Result;

namespace {

// Delivers to whoever still waits.
template <class T>
std::function<void(T)> into(const std::shared_ptr<Mailbox<T>>& box) {
  return [weak = std::weak_ptr<Mailbox<T>>(box)](T message) {
    if (const auto open = weak.lock()) open->deliver(std::move(message));
  };
}

// "content-1 at version 107, being created": what a reader of the trace looks for.
std::string in_short(const ApiFront::Event& event) {
  const snapshot::ContentView content(event.object);
  const std::string version = "version " + std::string(content.resource_version());
  if (event.type == kube::EventType::bookmark) return "a bookmark at " + version;
  std::string text = std::string(content.name()) + " at " + version;
  if (event.type == kube::EventType::deleted) text += ", gone";
  if (content.being_created()) text += ", being created";
  if (content.has_annotation(snapshot::keys::being_deleted)) text += ", being deleted";
  if (content.deletion_requested()) text += ", deletion requested";
  if (content.snapshot_handle()) text += ", handle " + std::string(*content.snapshot_handle());
  if (content.ready_to_use()) text += ", ready";
  if (content.has_error()) text += ", with an error";
  return text;
}

// A patch is told from others by its beginning.
std::string in_short(const kube::Patch& patch) {
  constexpr std::size_t enough = 400;
  std::string text = json::serialize(patch.body);
  if (text.size() > enough) text = text.substr(0, enough) + "...";
  return text;
}

}  // namespace

// ---- objects ------------------------------------------------------------------------------------

asio::awaitable<ApiPort::Reply> ApiPort::request(ApiFront::Verb verb, std::string what,
                                                 ApiFront::Deed deed, std::string details) {
  auto box = std::make_shared<Mailbox<Reply>>(executor_);
  ApiFront::Listener listener = [weak = std::weak_ptr<Mailbox<Reply>>(box)](Reply* reply) {
    const auto open = weak.lock();
    if (open && reply) open->deliver(std::move(*reply));
    return open != nullptr;
  };
  std::string who;
  if (world_.trace.on()) {
    who = name_of_writer(replica_) + ": " + what;
    world_.trace([&] { return who + details; });
  }
  front_.request(verb, std::move(who), std::move(deed), std::move(listener));
  asio::awaitable<Reply> answer = box->take();
  co_return co_await std::move(answer);
}

asio::awaitable<ApiPort::Reply> ApiPort::get(kube::ObjectPath path) {
  std::string what = "GET " + to_string(path);
  ApiFront::Deed deed = [&world = world_, path] { return world.api.get(path); };
  asio::awaitable<Reply> answer = request(ApiFront::Verb::read, std::move(what), std::move(deed));
  co_return co_await std::move(answer);
}

asio::awaitable<ApiPort::Reply> ApiPort::patch(kube::ObjectPath path, kube::Patch change) {
  std::string what = "PATCH " + to_string(path);
  std::string details;
  if (world_.trace.on()) details = " " + in_short(change);
  ApiFront::Deed deed = [&world = world_, writer = replica_, path, change] {
    return world.api.patch(path, change, writer);
  };
  asio::awaitable<Reply> answer =
      request(ApiFront::Verb::write, std::move(what), std::move(deed), std::move(details));
  co_return co_await std::move(answer);
}

asio::awaitable<ApiPort::Reply> ApiPort::replace(kube::ObjectPath path, json::value object) {
  std::string what = "PUT " + to_string(path);
  ApiFront::Deed deed = [&world = world_, writer = replica_, path, object] {
    return world.api.replace(path, object, writer);
  };
  asio::awaitable<Reply> answer = request(ApiFront::Verb::write, std::move(what), std::move(deed));
  co_return co_await std::move(answer);
}

asio::awaitable<ApiPort::Reply> ApiPort::create(kube::ObjectPath path, json::value object) {
  std::string what = "POST " + path.resource.plural;
  ApiFront::Deed deed = [&world = world_, writer = replica_, path, object] {
    return world.api.create(path, object, writer);
  };
  asio::awaitable<Reply> answer = request(ApiFront::Verb::write, std::move(what), std::move(deed));
  co_return co_await std::move(answer);
}

asio::awaitable<Result<void>> ApiPort::remove(kube::ObjectPath path, std::string uid) {
  std::string what = "DELETE " + to_string(path);
  ApiFront::Deed deed = [&world = world_, writer = replica_, path, uid]() -> Reply {
    const Result<void> done = world.api.remove(path, uid, writer);
    const bool gone = !done && done.error().kind() == base::ErrorKind::not_found;
    if (!done && !gone) return done.error();
    return json::value();
  };
  asio::awaitable<Reply> answer = request(ApiFront::Verb::write, std::move(what), std::move(deed));
  const Reply reply = co_await std::move(answer);
  if (!reply) co_return reply.error();
  co_return Result<void>();
}

// ---- collections --------------------------------------------------------------------------------

asio::awaitable<Result<kube::ListPage>> ApiPort::list(kube::Selection selection,
                                                      kube::ListRequest request, ItemSink sink) {
  using Page = Result<ApiFront::Page>;
  auto box = std::make_shared<Mailbox<Page>>(executor_);
  front_.list(selection, request, into(box));
  asio::awaitable<Page> answer = box->take();
  const Page page = co_await std::move(answer);
  const std::string what = name_of_writer(replica_) + ": LIST " + selection.resource.plural;
  if (!page) {
    world_.trace([&] { return what + ": " + page.error().text(); });
    co_return page.error();
  }
  world_.trace([&] {
    return what + ": " + std::to_string(page->items.size()) + " objects at version " +
           page->page.resource_version;
  });
  for (const ApiServer::Object& item : page->items) sink(json::value(*item));
  co_return page->page;
}

asio::awaitable<Result<kube::WatchEnd>> ApiPort::watch(kube::Selection selection,
                                                       std::string resource_version,
                                                       std::chrono::seconds, WatchSinks sinks) {
  using Message = ApiFront::Message;
  auto box = std::make_shared<Mailbox<Message>>(executor_);
  ApiFront::Watcher watcher = [weak = std::weak_ptr<Mailbox<Message>>(box)](Message message) {
    const auto open = weak.lock();
    if (open) open->deliver(std::move(message));
    return open != nullptr;
  };
  front_.watch(selection, resource_version, std::move(watcher));
  for (;;) {
    asio::awaitable<Message> next = box->take();
    Message message = co_await std::move(next);
    if (auto* end = std::get_if<Result<kube::WatchEnd>>(&message)) {
      world_.trace([&] {
        return name_of_writer(replica_) + ": the watch of " + selection.resource.plural + " ends";
      });
      co_return std::move(*end);
    }
    if (auto* event = std::get_if<ApiFront::Event>(&message)) {
      world_.trace([&] { return name_of_writer(replica_) + ": sees " + in_short(*event); });
      sinks.event(event->type, std::move(event->object));
    } else {
      sinks.opened();
    }
  }
}

// ---- the driver ---------------------------------------------------------------------------------

asio::awaitable<Result<csi::Snapshot>> DriverPort::create_snapshot(csi::CreateSnapshotCall call) {
  using Answer = Result<csi::Snapshot>;
  auto box = std::make_shared<Mailbox<Answer>>(executor_);
  world_.invariants.create_begins(incarnation_, world_.leader == replica_, call);
  driver_.create(call, into(box));
  asio::awaitable<Answer> next = box->take();
  Answer answer = co_await std::move(next);
  world_.invariants.create_ends(incarnation_, call.name);
  co_return answer;
}

asio::awaitable<Result<void>> DriverPort::delete_snapshot(std::string snapshot_id, csi::Secrets) {
  using Answer = Result<void>;
  auto box = std::make_shared<Mailbox<Answer>>(executor_);
  world_.invariants.delete_begins(snapshot_id);
  driver_.remove(snapshot_id, into(box));
  asio::awaitable<Answer> next = box->take();
  co_return co_await std::move(next);
}

asio::awaitable<Result<csi::Snapshot>> DriverPort::find_snapshot(std::string snapshot_id,
                                                                 csi::Secrets) {
  using Answer = Result<csi::Snapshot>;
  auto box = std::make_shared<Mailbox<Answer>>(executor_);
  driver_.find(snapshot_id, into(box));
  asio::awaitable<Answer> next = box->take();
  co_return co_await std::move(next);
}

}  // namespace simulation
