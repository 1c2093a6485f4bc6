#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/api/collections.hpp"
#include "kube/cache/loop_backoff.hpp"

namespace kube {

// A watch to be begun: of everything after this version.
class WatchRequest {
 public:
  WatchRequest() = default;

  std::string resource_version;
  std::chrono::seconds timeout{0};
};

// What a reflector is to do next.
class ReflectorStep {
 public:
  ReflectorStep() = default;

  bool list_complete = false;          // first: the list that has just ended is the whole truth
  std::optional<base::Error> trouble;  // then: operators should know of this
  std::chrono::nanoseconds wait{0};    // then: wait so long
  // Then: do this. A list without a continue token begins anew, at its first page.
  std::variant<ListRequest, WatchRequest> request;
};

// Decides what to list and what to watch, from what came of it so far; someone else holds the
// socket and the clock. Rules: spec/kube-client.md 5.2, 5.3, 6.5, 6.8, 7.1.
//
// The version moves only by a complete list and by what a watch delivers, so nothing between two
// requests is ever missed. The first list is consistent and paged. Later ones ask for "not older
// than the version" without a limit (with one it would mean "exactly", and expire for ever).
class ReflectorSteps {
 public:
  struct Options {
    std::string collection;  // as error texts name it
    int page_size = 500;
    bool field_selector = false;  // one is in use, and may turn out not to be supported
  };
  using Chance = std::function<double()>;  // in [0, 1)

  ReflectorSteps(Options options, Chance chance);

  ReflectorStep start();
  ReflectorStep listed(const ListPage& page, base::Instant now);
  ReflectorStep list_failed(const base::Error& error, base::Instant now);
  // An event or a bookmark of a watch.
  void event(std::string_view version);
  ReflectorStep watch_ended(const WatchEnd& end, base::Instant now);
  ReflectorStep watch_failed(const base::Error& error, base::Instant now);

  // Only some kinds, of some servers, know some fields. When a list with the selector is invalid
  // and one without is not, it is done without for good.
  bool uses_field_selector() const { return options_.field_selector && !selector_refusal_; }
  // What the server had against the selector.
  const std::optional<base::Error>& selector_refusal() const { return selector_refusal_; }

 private:
  ReflectorStep list();
  ReflectorStep watch();
  base::Error error_of(const WatchEnd& end) const;
  ReflectorStep relist(const base::Error& error, base::Instant now);
  ReflectorStep after_wait(ReflectorStep step, const base::Error& error, base::Instant now);

  Options options_;
  Chance chance_;
  LoopBackoff backoff_;
  std::string version_;       // everything up to here is known; empty: nothing yet
  ListRequest request_;       // the list under way
  std::string list_version_;  // that of its first page
  std::optional<base::Error> selector_refusal_;
  bool refusal_proved_ = false;   // a list without the selector went well
  bool version_expired_ = false;  // the next list asks for the latest instead
  bool pages_expired_ = false;    // the next list asks for everything at once
  bool broke_at_once_ = false;    // the last watch did, so the next time it waits
};

}  // namespace kube
