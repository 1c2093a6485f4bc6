#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "devcluster/apiserver/page.hpp"
#include "devcluster/apiserver/rendering.hpp"

namespace devcluster::apiserver {

// How far a watch may see: faults hold it back to play a server that lags.
struct Horizon {
  Revision revision = std::numeric_limits<Revision>::max();
  SteadyTime at = SteadyTime::max();  // changes made later than this are not shown yet
};

// One WATCH, without its connection: a cursor into the history of a collection. It keeps no events
// of its own, so a client that does not read costs nothing; one that falls out of the history gets
// a 410 and is over.
class Watch {
 public:
  // Refused when the parameters do not go together; a version that is gone is no refusal but the
  // first event, as the real server does it.
  static Answer<Watch> open(const Store& store, const Collection& collection, Scope scope,
                            const Query& query, Rendering rendering);

  // The next events as text to send, about `enough` bytes at most; empty: nothing new.
  std::string take(std::size_t enough, const Horizon& horizon);
  // A BOOKMARK at the current position, or empty when the client did not ask for bookmarks.
  std::string bookmark() const;
  // The last event said so: nothing more will come.
  bool over() const { return over_; }

 private:
  Watch(const Store& store, const Collection& collection, Scope scope, Rendering rendering)
      : store_(&store),
        collection_(&collection),
        scope_(std::move(scope)),
        rendering_(std::move(rendering)) {}

  void replay_present_state();
  std::string too_old();
  std::string initial_event();
  std::string event_of(const Change& change) const;
  bool selects(const VersionPtr& version) const;

  const Store* store_;
  const Collection* collection_;  // lives as long as the store
  Scope scope_;
  Rendering rendering_;
  std::vector<VersionPtr> initial_;  // the state to replay before the first change, last one first
  Revision position_ = 0;            // everything up to here was sent or did not concern us
  bool wants_bookmarks_ = false;
  bool owes_end_mark_ = false;  // of a WatchList: the bookmark after the replay
  bool over_ = false;
};

}  // namespace devcluster::apiserver
