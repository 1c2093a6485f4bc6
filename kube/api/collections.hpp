#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "kube/api/resource.hpp"

namespace kube {

// Which objects of a kind: selectors in the API's own syntax, empty for all.
class Selection {
 public:
  explicit Selection(Resource resource, std::string label_selector = {},
                     std::string field_selector = {})
      : resource(std::move(resource)),
        label_selector(std::move(label_selector)),
        field_selector(std::move(field_selector)) {}

  Resource resource;
  std::string label_selector;
  std::string field_selector;
  std::string space;  // only those in this namespace; empty: all
};

// One request of a list. Rules on which may be combined: spec/kube-client.md 5.1.
class ListRequest {
 public:
  ListRequest() = default;

  std::string resource_version;  // "not older than"; empty: the latest
  std::string continue_token;    // from the page before; then resource_version must be empty
  int limit = 0;                 // 0: everything in one answer
};

// What a page says besides its items.
class ListPage {
 public:
  ListPage() = default;

  std::string resource_version;
  std::string continue_token;  // empty: this was the last page; nothing else says so
  std::size_t items = 0;
};

// ADDED, MODIFIED, DELETED, BOOKMARK. An ERROR event is no event but the end of a watch.
enum class EventType { added, modified, deleted, bookmark };

// How a watch ended that had begun. An ERROR event is in `error`, else it holds nothing.
class WatchEnd {
 public:
  WatchEnd() = default;

  enum class How {
    clean,    // the server closed it in good order
    broken,   // EOF inside the body, reset, idle deadline
    refused,  // an ERROR event: see `error`
    garbled,  // what came was no event: see `error`
  };
  How how = How::clean;
  base::Error error;
  std::chrono::nanoseconds lasted{0};
  std::uint64_t delivered = 0;  // events handed on, bookmarks included
};

// Port: what a reflector needs from the API server.
class Collections {
 public:
  virtual ~Collections() = default;

  // Items go to the sink one by one while the page is still arriving; none is kept here. They may
  // lack kind and apiVersion. The sink must not throw.
  using ItemSink = std::function<void(boost::json::value&& item)>;
  virtual boost::asio::awaitable<base::Result<ListPage>> list(Selection selection,
                                                              ListRequest request,
                                                              ItemSink sink) = 0;

  // Runs until the watch ends; an error means that it did not even begin. Events follow
  // `resource_version`. `opened` is called once, when the server has accepted.
  class WatchSinks {
   public:
    WatchSinks() = default;

    std::function<void()> opened;
    std::function<void(EventType type, boost::json::value&& object)> event;
  };
  virtual boost::asio::awaitable<base::Result<WatchEnd>> watch(Selection selection,
                                                               std::string resource_version,
                                                               std::chrono::seconds timeout,
                                                               WatchSinks sinks) = 0;
};

}  // namespace kube
