#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "devcluster/apiserver/reply.hpp"
#include "devcluster/apiserver/request.hpp"
#include "devcluster/apiserver/watch.hpp"

namespace devcluster::apiserver {

// One scripted misbehaviour of the server.
struct Fault {
  Fault() = default;

  enum class Deed {
    answer,      // with `code`, without doing what was asked
    delay,       // answer only after `delay`; the deed is done then
    drop,        // close the connection before the deed
    lose_reply,  // do the deed, then close the connection
    drop_watch,  // close the connection of a watch that is under way
    hold_watch,  // keep changes from watches, for `delay` each, or until the fault is removed
  };
  // Which requests; an empty field stands for all. Subresource "-" stands for none.
  std::string verb, resource, name, subresource;
  Deed deed = Deed::answer;
  int skip = 0;   // let as many requests pass first; not for watches under way
  int count = 0;  // how often it strikes; 0: until it is removed
  int code = 500;
  std::optional<int> retry_after_seconds;
  std::optional<std::string> plain_text;  // the body instead of a Status, as a 429 of APF has it
  std::chrono::milliseconds delay{0};
};

// What is to happen to one request.
struct Strike {
  Strike() = default;  // see the note on aggregates and co_await in base/error.hpp

  std::optional<Fault> answer;
  std::chrono::milliseconds delay{0};
  bool drop = false;
  bool lose_reply = false;
};

class Faults {
 public:
  using Id = std::int64_t;

  // `changed` is called when watches have to look again.
  Faults(const Store& store, std::function<void()> changed)
      : store_(store), changed_(std::move(changed)) {}

  Id add(Fault fault);
  void remove(Id id);
  void clear();

  struct Active {
    Id id = 0;
    Fault fault;
    int struck = 0;
    Revision since = 0;  // the last write before it was added
  };
  const std::vector<Active>& active() const { return active_; }

  // Counts a request in; what strikes it is used up by one.
  Strike strike(const RequestInfo& info);
  // Whether to close the connection of this watch now; used up by one when so.
  bool drops_watch(const RequestInfo& info);
  // How far this watch may see at the moment `now`.
  Horizon horizon(const RequestInfo& info, SteadyTime now) const;
  // When a watch that is held for a time should look again; absent: when something changes.
  std::optional<std::chrono::milliseconds> hold(const RequestInfo& info) const;

 private:
  bool use(Active& active);
  void drop_used_up();

  const Store& store_;
  std::function<void()> changed_;
  std::vector<Active> active_;
  Id last_id_ = 0;
};

bool matches(const Fault& fault, const RequestInfo& info);

// The answer of a struck request: a Status that fits the code, or the plain text.
Reply reply_of(const Fault& fault, const RequestInfo& info);

// {"verb": "patch", "resource": "volumesnapshotcontents", "fault": "answer", "code": 500, "count":
// 2}
Answer<Fault> fault_from_json(const Json& json);
Json to_json(const Faults::Active& active);

}  // namespace devcluster::apiserver
