#include "tests/unit/kube/cache/answered_collections.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace {

std::string selected(const kube::Selection& selection) {
  return selection.field_selector.empty() ? "" : " [" + selection.field_selector + "]";
}

}  // namespace

AnsweredCollections::AnsweredCollections(asio::io_context& io)
    : io_(io), answered_(io, asio::steady_timer::time_point::max()) {}

void AnsweredCollections::list(const std::vector<boost::json::value>& items,
                               const std::string& version, const std::string& continue_token) {
  for (boost::json::value item : items) item_sink_(std::move(item));
  page_ = kube::ListPage();
  page_.resource_version = version;
  page_.continue_token = continue_token;
  page_.items = items.size();
  answer();
}

void AnsweredCollections::refuse(base::ErrorKind kind, const std::string& text) {
  refusal_ = base::Error(kind, text);
  answer();
}

void AnsweredCollections::open() {
  watch_sinks_.opened();
}

void AnsweredCollections::event(kube::EventType type, boost::json::value object) {
  watch_sinks_.event(type, std::move(object));
}

void AnsweredCollections::end(kube::WatchEnd end) {
  end_ = std::move(end);
  answer();
}

asio::awaitable<base::Result<kube::ListPage>> AnsweredCollections::list(kube::Selection selection,
                                                                        kube::ListRequest request,
                                                                        ItemSink sink) {
  asked_ = "list";
  if (!request.resource_version.empty()) asked_ += " at " + request.resource_version;
  if (request.limit != 0) asked_ += " limit " + std::to_string(request.limit);
  if (!request.continue_token.empty()) asked_ += " continue " + request.continue_token;
  asked_ += selected(selection);
  item_sink_ = std::move(sink);
  co_await wait_for_answer();
  if (refusal_) co_return *std::exchange(refusal_, std::nullopt);
  co_return page_;
}

asio::awaitable<base::Result<kube::WatchEnd>> AnsweredCollections::watch(
    kube::Selection selection, std::string resource_version, std::chrono::seconds timeout,
    WatchSinks sinks) {
  asked_ = "watch from " + resource_version + " for " + std::to_string(timeout.count()) + " s" +
           selected(selection);
  watch_sinks_ = std::move(sinks);
  co_await wait_for_answer();
  if (refusal_) co_return *std::exchange(refusal_, std::nullopt);
  co_return end_;
}

asio::awaitable<void> AnsweredCollections::wait_for_answer() {
  co_await answered_.async_wait(asio::as_tuple(asio::use_awaitable));
  asked_ = "nothing";
}

void AnsweredCollections::answer() {
  answered_.cancel();
  io_.restart();
  io_.poll();
}
