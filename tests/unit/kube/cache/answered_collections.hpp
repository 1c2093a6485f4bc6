#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "kube/api/collections.hpp"

// An API server played by the test: a request waits until the test has answered it.
class AnsweredCollections final : public kube::Collections {
 public:
  explicit AnsweredCollections(boost::asio::io_context& io);

  // The request that waits, as "list at 20 limit 500 continue x [spec.driver=d]" or "watch from
  // 20 for 265 s"; "nothing" if none does.
  std::string asked() const { return asked_; }

  // Each answer lets the loop run until the reflector waits again.
  void list(const std::vector<boost::json::value>& items, const std::string& version,
            const std::string& continue_token = {});
  void refuse(base::ErrorKind kind, const std::string& text);  // a list, or the start of a watch
  void open();
  void event(kube::EventType type, boost::json::value object);
  void end(kube::WatchEnd end);

  boost::asio::awaitable<base::Result<kube::ListPage>> list(kube::Selection selection,
                                                            kube::ListRequest request,
                                                            ItemSink sink) override;
  boost::asio::awaitable<base::Result<kube::WatchEnd>> watch(kube::Selection selection,
                                                             std::string resource_version,
                                                             std::chrono::seconds timeout,
                                                             WatchSinks sinks) override;

 private:
  boost::asio::awaitable<void> wait_for_answer();
  void answer();

  boost::asio::io_context& io_;
  boost::asio::steady_timer answered_;
  std::string asked_ = "nothing";
  ItemSink item_sink_;
  WatchSinks watch_sinks_;
  std::optional<base::Error> refusal_;
  kube::ListPage page_;
  kube::WatchEnd end_;
};
