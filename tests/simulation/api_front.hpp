#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <variant>

#include "kube/api/collections.hpp"
#include "tests/simulation/world.hpp"

namespace simulation {

// What lies between the replicas and the API server's store: delays, faults, replies that get lost,
// caches that lag. It outlives every replica, and so does a request that is under way.
class ApiFront {
 public:
  explicit ApiFront(World& world);

  enum class Verb { read, write };
  using Reply = ApiServer::Reply;
  using Deed = std::function<Reply()>;
  // Hears the answer; false once nobody waits for it any more.
  using Listener = std::function<bool(Reply* reply)>;
  // `what` is for the trace: "replica 1: PATCH content-1".
  void request(Verb verb, std::string what, Deed deed, Listener listener);

  struct Page {
    std::vector<ApiServer::Object> items;
    kube::ListPage page;
  };
  using PageListener = std::function<void(base::Result<Page>)>;
  void list(const kube::Selection& selection, const kube::ListRequest& request,
            PageListener listener);

  class Opened {};
  class Event {
   public:
    kube::EventType type;
    boost::json::value object;
  };
  using Message = std::variant<Opened, Event, base::Result<kube::WatchEnd>>;
  // Hears a stream, its end last; false once nobody listens any more.
  using Watcher = std::function<bool(Message message)>;
  void watch(const kube::Selection& selection, const std::string& version, Watcher watcher);

 private:
  struct Stream;
  using StreamPtr = std::shared_ptr<Stream>;

  void arrive(Verb verb, const std::string& what, const Deed& deed, const Listener& listener);
  void lose(Verb verb, const std::string& what, const Deed& deed, const Listener& listener);
  void answer(const std::string& what, Reply reply, const Listener& listener,
              std::chrono::nanoseconds wait);
  base::Result<Page> page(const kube::Selection& selection, const kube::ListRequest& request);
  void open(const StreamPtr& stream);
  void changed(const std::string& plural);
  void feed(const StreamPtr& stream);
  void hand_on(const StreamPtr& stream);
  void end(const StreamPtr& stream);
  void tell(const StreamPtr& stream, Message message);

  World& world_;
  std::list<StreamPtr> streams_;
};

}  // namespace simulation
