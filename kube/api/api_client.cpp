#include "kube/api/api_client.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

#include "base/json.hpp"
#include "kube/api/readers.hpp"
#include "kube/api/request_target.hpp"
#include "kube/api/session.hpp"
#include "kube/api/status_error.hpp"
#include "kube/api/watch_reader.hpp"
#include "kube/http/user_agent.hpp"

namespace kube {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using base::ErrorKind;

// A watch ends by itself after the timeout we ask for; when nothing at all has come for this much
// longer, the peer is gone. Outlasts a proxy's flush and a slow failover.
constexpr std::chrono::seconds watch_idle_slack{30};

Session::Settings settings_of(const ClientOptions& options) {
  Session::Settings settings;
  settings.user_agent = user_agent(options.program, options.version);
  settings.qps = options.qps;
  settings.burst = options.burst;
  return settings;
}

HttpRequest with_body(std::string method, std::string target, std::string_view media_type,
                      const json::value& body) {
  HttpRequest request(std::move(method), std::move(target));
  request.content_type = media_type;
  request.body = json::serialize(body);
  return request;
}

bool has_test(const json::value& operations) {
  const json::array* all = operations.if_array();
  return all && std::any_of(all->begin(), all->end(), [](const json::value& operation) {
           return base::text(operation, "op") == "test";
         });
}

ObjectPath collection_of(const Selection& selection) {
  return ObjectPath(selection.resource, selection.space, "");
}

base::Result<std::string> object_target(const ObjectPath& path) {
  if (path.name.empty()) return base::Error(ErrorKind::invalid, "the object has no name");
  return request_target(path);
}

base::Result<std::string> collection_target(const ObjectPath& path) {
  if (!path.name.empty())
    return base::Error(ErrorKind::invalid, "a new object is named in its body, not in its path");
  return request_target(path);
}

// What went wrong with an answer, if anything: beneath HTTP, or by its status.
std::optional<base::Error> failure_of(const ApiCall& call, const Answer& answer) {
  if (answer.error) return answer.error->while_doing(to_string(call));
  if (!answer.head.success()) return refusal(call, answer.head, answer.refusal);
  return std::nullopt;
}

base::Result<json::value> object_of(const ApiCall& call, const Answer& answer,
                                    ObjectReader& reader) {
  if (const auto failure = failure_of(call, answer)) return *failure;
  base::Result<json::value> object = reader.take();
  if (!object) return object.error().while_doing(to_string(call));
  if (const auto failure = hidden_failure(call, *object)) return *failure;
  return object;
}

json::object delete_options(const std::string& uid) {
  json::object options{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  if (!uid.empty()) options["preconditions"] = json::object{{"uid", uid}};
  return options;
}

std::string watch_query(const Selection& selection, const std::string& resource_version,
                        std::chrono::seconds timeout) {
  Query query;
  query.add("watch", "true").add("allowWatchBookmarks", "true");
  query.add("resourceVersion", resource_version);
  query.add("timeoutSeconds", static_cast<long long>(timeout.count()));
  query.add("labelSelector", selection.label_selector);
  query.add("fieldSelector", selection.field_selector);
  return query.text();
}

std::string list_query(const Selection& selection, const ListRequest& request) {
  Query query;
  if (request.limit > 0) query.add("limit", static_cast<long long>(request.limit));
  query.add("continue", request.continue_token);
  query.add("resourceVersion", request.resource_version);
  // With a limit the bare version would mean "exactly this one" (spec/kube-client.md 5.1).
  if (!request.resource_version.empty()) query.add("resourceVersionMatch", "NotOlderThan");
  query.add("labelSelector", selection.label_selector);
  query.add("fieldSelector", selection.field_selector);
  return query.text();
}

}  // namespace

ApiClient::ApiClient(asio::io_context& loop, base::Clock& clock, const base::Logger& logger,
                     ClusterConfig config, ClientOptions options)
    : on_request_(options.on_request),
      session_(std::make_unique<Session>(loop.get_executor(), clock, logger, config,
                                         settings_of(options))) {}
ApiClient::~ApiClient() = default;

asio::awaitable<base::Result<json::value>> ApiClient::get(ObjectPath path) {
  const ApiCall call = describe("get", std::move(path));
  const base::Result<std::string> target = object_target(call.path);
  if (!target) co_return target.error().while_doing(to_string(call));
  co_return co_await exchange(call, HttpRequest("GET", *target));
}

asio::awaitable<base::Result<json::value>> ApiClient::patch(ObjectPath path, Patch change) {
  ApiCall call = describe("patch", std::move(path));
  call.conditional = has_test(change.body);
  const base::Result<std::string> target = object_target(call.path);
  if (!target) co_return target.error().while_doing(to_string(call));
  HttpRequest request = with_body("PATCH", *target, media_type(change.type), change.body);
  co_return co_await exchange(call, std::move(request));
}

asio::awaitable<base::Result<json::value>> ApiClient::replace(ObjectPath path, json::value object) {
  const ApiCall call = describe("update", std::move(path));
  const base::Result<std::string> target = object_target(call.path);
  if (!target) co_return target.error().while_doing(to_string(call));
  HttpRequest request = with_body("PUT", *target, "application/json", object);
  co_return co_await exchange(call, std::move(request));
}

asio::awaitable<base::Result<json::value>> ApiClient::create(ObjectPath path, json::value object) {
  const ApiCall call = describe("create", std::move(path));
  const base::Result<std::string> target = collection_target(call.path);
  if (!target) co_return target.error().while_doing(to_string(call));
  HttpRequest request = with_body("POST", *target, "application/json", object);
  co_return co_await exchange(call, std::move(request));
}

asio::awaitable<base::Result<void>> ApiClient::remove(ObjectPath path, std::string uid) {
  const ApiCall call = describe("delete", path);
  const base::Result<std::string> target = object_target(path);
  if (!target) co_return target.error().while_doing(to_string(call));
  const json::value options = delete_options(uid);
  HttpRequest request = with_body("DELETE", *target, "application/json", options);
  const base::Result<json::value> deleted = co_await exchange(call, std::move(request));
  if (deleted || deleted.error().kind() == ErrorKind::not_found) co_return base::Result<void>();
  if (uid.empty() || deleted.error().kind() != ErrorKind::conflict) co_return deleted.error();
  // Most likely the name belongs to another object by now, and ours is gone; the answer's code
  // alone does not say so.
  const base::Result<json::value> present = co_await get(std::move(path));
  const bool gone = present ? base::text(*present, "metadata", "uid") != uid
                            : present.error().kind() == ErrorKind::not_found;
  if (gone) co_return base::Result<void>();
  co_return deleted.error();
}

asio::awaitable<base::Result<ListPage>> ApiClient::list(Selection selection, ListRequest request,
                                                        ItemSink sink) {
  const ApiCall call = describe("list", collection_of(selection));
  const base::Result<std::string> path = request_target(call.path);
  if (!path) co_return path.error().while_doing(to_string(call));
  HttpRequest http("GET", session_->prefix() + *path + list_query(selection, request));
  PageReader reader(std::move(sink));
  Session::OnAnswer on_answer = report(call);
  const Answer answer = co_await session_->send(std::move(http), reader, std::move(on_answer));
  if (const auto failure = failure_of(call, answer)) co_return *failure;
  const base::Result<ListPage> page = reader.take();
  if (!page) co_return page.error().while_doing(to_string(call));
  co_return page;
}

asio::awaitable<base::Result<WatchEnd>> ApiClient::watch(Selection selection,
                                                         std::string resource_version,
                                                         std::chrono::seconds timeout,
                                                         WatchSinks sinks) {
  const ApiCall call = describe("watch", collection_of(selection));
  const base::Result<std::string> path = request_target(call.path);
  if (!path) co_return path.error().while_doing(to_string(call));
  HttpRequest http("GET",
                   session_->prefix() + *path + watch_query(selection, resource_version, timeout));
  WatchReader reader(std::move(sinks), call, session_->logger());
  const base::Instant since = session_->now();
  Session::OnAnswer on_answer = report(call);
  const Answer answer = co_await session_->stream(std::move(http), timeout + watch_idle_slack,
                                                  reader, std::move(on_answer));
  if (!reader.begun()) co_return *failure_of(call, answer);
  WatchEnd end = reader.end(answer.error);
  end.lasted = session_->now() - since;
  co_return end;
}

asio::awaitable<base::Result<json::value>> ApiClient::get_path(std::string path) {
  const ApiCall call = describe("get", ObjectPath(Resource{"", "", path}, "", ""));
  co_return co_await exchange(call, HttpRequest("GET", std::move(path)));
}

ApiCall ApiClient::describe(std::string verb, ObjectPath path) const {
  ApiCall call(std::move(verb), std::move(path));
  call.credentials = session_->credentials();
  return call;
}

std::function<void(const Answer&)> ApiClient::report(const ApiCall& call) const {
  if (!on_request_) return {};
  SentRequest sent;
  sent.verb = call.verb;
  sent.resource = call.path.resource.plural;
  return [this, sent = std::move(sent)](const Answer& answer) mutable {
    sent.status = answer.head.status;
    on_request_(sent);
  };
}

asio::awaitable<base::Result<json::value>> ApiClient::exchange(ApiCall call, HttpRequest request) {
  request.target = session_->prefix() + request.target;
  ObjectReader reader;
  Session::OnAnswer on_answer = report(call);
  const Answer answer = co_await session_->send(std::move(request), reader, std::move(on_answer));
  co_return object_of(call, answer, reader);
}

}  // namespace kube
