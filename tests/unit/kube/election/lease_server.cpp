#include "tests/unit/kube/election/lease_server.hpp"

#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/json.hpp"

namespace kube::test {

namespace asio = boost::asio;
namespace json = boost::json;
using base::Error;
using base::ErrorKind;

LeaseServer::Reply LeaseServer::get() const {
  if (lease_.is_null()) return Error(ErrorKind::not_found, "no such lease");
  return lease_;
}

LeaseServer::Reply LeaseServer::create(json::value object) {
  if (!lease_.is_null()) return Error(ErrorKind::already_exists, "there is one");
  object.at("metadata").as_object()["uid"] = "u-" + std::to_string(version);
  store(EventType::added, std::move(object));
  return lease_;
}

LeaseServer::Reply LeaseServer::replace(json::value object) {
  const bool present = base::text(object, "metadata", "resourceVersion") ==
                       base::text(lease_, "metadata", "resourceVersion");
  if (lease_.is_null() || !present) return Error(ErrorKind::conflict, "it has been modified");
  if (object != lease_) store(EventType::modified, std::move(object));
  return lease_;
}

void LeaseServer::put(json::value object) {
  store(lease_.is_null() ? EventType::added : EventType::modified, std::move(object));
}

void LeaseServer::remove() {
  ++version;
  events.push_back({EventType::deleted, lease_, version});
  lease_ = nullptr;
  changed.cancel();
}

std::string LeaseServer::holder() const {
  return std::string(base::text(lease_, "spec", "holderIdentity"));
}

void LeaseServer::store(EventType type, json::value object) {
  ++version;
  object.at("metadata").as_object()["resourceVersion"] = std::to_string(version);
  lease_ = std::move(object);
  events.push_back({type, lease_, version});
  changed.cancel();
}

struct Line::Call {
  Call(asio::io_context& io, Fate fate, std::function<Reply()> deed)
      : fate(std::move(fate)), deed(std::move(deed)), answered(io, base::Instant::max()) {}

  Fate fate;
  std::function<Reply()> deed;
  std::optional<Reply> answer;
  asio::steady_timer answered;  // never rings, only gets cancelled
};

void Line::heal() {
  cut_ = false;
  server_.changed.cancel();
}

asio::awaitable<void> Line::carry(std::shared_ptr<Call> call) {
  if (cut_ || !call->fate.arrives) co_return;
  if (call->fate.there.count() > 0) co_await clock_.sleep(call->fate.there);
  std::optional<Reply> answer;
  if (call->fate.refused) {
    answer.emplace(*call->fate.refused);
  } else {
    answer.emplace(call->deed());
  }
  if (call->fate.back.count() > 0) co_await clock_.sleep(call->fate.back);
  if (cut_ || !call->fate.answered) co_return;
  call->answer = std::move(answer);
  call->answered.cancel();
}

asio::awaitable<Line::Reply> Line::exchange(std::string verb, std::function<Reply()> deed) {
  trace.push_back(verb);
  Fate how = fate(verb);
  auto call = std::make_shared<Call>(io_, std::move(how), std::move(deed));
  asio::co_spawn(io_, carry(call), [](std::exception_ptr) {});
  if (deaf) {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  }
  while (!call->answer) co_await call->answered.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return *call->answer;
}

asio::awaitable<Line::Reply> Line::get(ObjectPath) {
  std::function<Reply()> deed = [this] { return server_.get(); };
  return exchange("get", std::move(deed));
}

asio::awaitable<Line::Reply> Line::replace(ObjectPath, json::value object) {
  std::function<Reply()> deed = [this, object] { return server_.replace(object); };
  return exchange("replace", std::move(deed));
}

asio::awaitable<Line::Reply> Line::create(ObjectPath, json::value object) {
  std::function<Reply()> deed = [this, object] { return server_.create(object); };
  return exchange("create", std::move(deed));
}

// The role of a sidecar allows no patch of a Lease, and nobody should delete one.
asio::awaitable<Line::Reply> Line::patch(ObjectPath, Patch) {
  co_return Error(ErrorKind::forbidden, "patch");
}
asio::awaitable<base::Result<void>> Line::remove(ObjectPath, std::string) {
  co_return Error(ErrorKind::forbidden, "delete");
}

asio::awaitable<base::Result<ListPage>> Line::list(Selection selection, ListRequest,
                                                   ItemSink sink) {
  trace.push_back("list " + selection.space + " " + selection.field_selector);
  if (watch_refused) co_return *watch_refused;
  while (cut_) co_await server_.changed.async_wait(asio::as_tuple(asio::use_awaitable));
  ListPage page;
  page.resource_version = std::to_string(server_.version);
  if (!server_.lease().is_null()) sink(json::value(server_.lease()));
  co_return page;
}

asio::awaitable<base::Result<WatchEnd>> Line::watch(Selection, std::string resource_version,
                                                    std::chrono::seconds, WatchSinks sinks) {
  trace.push_back("watch");
  const int since = std::stoi(resource_version);
  std::size_t next = 0;
  if (sinks.opened) sinks.opened();
  for (;;) {
    for (; !cut_ && next < server_.events.size(); ++next) {
      const LeaseServer::Event& event = server_.events[next];
      if (event.version > since) sinks.event(event.type, json::value(event.object));
    }
    co_await server_.changed.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace kube::test
