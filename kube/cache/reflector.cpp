#include "kube/cache/reflector.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/json.hpp"

namespace kube {

namespace asio = boost::asio;
using base::Error;
using base::Result;

namespace {

ReflectorSteps::Options steps_of(const ReflectorOptions& options) {
  ReflectorSteps::Options steps;
  steps.collection = to_string(options.selection.resource);
  steps.page_size = options.page_size;
  steps.field_selector = !options.selection.field_selector.empty();
  return steps;
}

}  // namespace

Reflector::Reflector(Parts parts, ReflectorOptions options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      steps_(steps_of(options_), options_.chance),
      synced_changed_(parts_.executor, base::Instant::max()) {}

asio::awaitable<void> Reflector::run() {
  synced_ = false;
  ReflectorStep step = steps_.start();
  for (;;) {
    begin(step);
    if (step.wait > step.wait.zero()) co_await parts_.clock.sleep(step.wait);
    const auto* request = std::get_if<ListRequest>(&step.request);
    asio::awaitable<ReflectorStep> deed =
        request ? list(*request) : watch(std::get<WatchRequest>(step.request));
    step = co_await std::move(deed);
  }
}

asio::awaitable<void> Reflector::wait_synced() {
  while (!synced_) co_await synced_changed_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<ReflectorStep> Reflector::list(ListRequest request) {
  watch_open_ = false;
  if (request.continue_token.empty()) parts_.sink.begin_list();
  Collections::ItemSink sink = [this](boost::json::value&& item) {
    parts_.sink.item(std::move(item));
  };
  asio::awaitable<Result<ListPage>> deed =
      parts_.collections.list(selection(), std::move(request), std::move(sink));
  const Result<ListPage> page = co_await std::move(deed);
  const base::Instant now = parts_.clock.now();
  co_return page ? steps_.listed(*page, now) : steps_.list_failed(page.error(), now);
}

asio::awaitable<ReflectorStep> Reflector::watch(WatchRequest request) {
  watch_open_ = false;
  Collections::WatchSinks sinks;
  sinks.opened = [this] {
    watch_open_ = true;
    if (!trouble_while_open_) recovered();
  };
  sinks.event = [this](EventType type, boost::json::value&& object) {
    take(type, std::move(object));
  };
  asio::awaitable<Result<WatchEnd>> deed = parts_.collections.watch(
      selection(), std::move(request.resource_version), request.timeout, std::move(sinks));
  const Result<WatchEnd> end = co_await std::move(deed);
  if (!end) co_return steps_.watch_failed(end.error(), parts_.clock.now());
  ReflectorStep step = steps_.watch_ended(*end, parts_.clock.now());
  if (end->how == WatchEnd::How::clean && !step.trouble) recovered();
  co_return step;
}

Selection Reflector::selection() const {
  Selection selection = options_.selection;
  if (!steps_.uses_field_selector()) selection.field_selector.clear();
  return selection;
}

void Reflector::take(EventType type, boost::json::value&& object) {
  recovered();
  steps_.event(base::text(object, "metadata", "resourceVersion"));
  if (type != EventType::bookmark) parts_.sink.event(type, std::move(object));
}

void Reflector::begin(const ReflectorStep& step) {
  if (step.list_complete) complete(std::get<WatchRequest>(step.request).resource_version);
  if (!step.trouble) return;
  const bool known = trouble_ && trouble_->kind() == step.trouble->kind() &&
                     trouble_->text() == step.trouble->text();
  trouble_ = step.trouble;
  trouble_while_open_ = watch_open_;
  if (!known) options_.on_unreachable(*trouble_, step.wait);
}

void Reflector::complete(const std::string& version) {
  parts_.sink.end_list(version);
  synced_ = true;
  synced_changed_.cancel();
  if (steps_.selector_refusal() && !std::exchange(refusal_reported_, true))
    options_.on_selector_refused(*steps_.selector_refusal());
}

void Reflector::recovered() {
  trouble_while_open_ = false;
  if (std::exchange(trouble_, std::nullopt)) options_.on_recovered();
}

}  // namespace kube
