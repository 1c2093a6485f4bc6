#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/json/value.hpp>

#include "kube/cache/gone_objects.hpp"
#include "kube/cache/identity.hpp"
#include "kube/cache/list_sink.hpp"
#include "kube/cache/settled_table.hpp"

namespace kube {

// What its owner makes of one object.
struct Verdict {
  enum class Fate {
    foreign,     // somebody else's: not kept at all
    settled,     // nothing left to do: kept as 24 bytes, to be counted
    unfinished,  // kept whole
  };
  Fate fate = Fate::foreign;
  std::uint8_t state = 0;    // the owner's own numbering; objects are counted by it
  std::uint64_t intent = 0;  // a digest of everything the owner reacts to; unfinished objects only
};

// Why an owner should look at a key again.
enum class News {
  appeared,        // work nobody knew of: created, or unfinished again
  intent_changed,  // the digest differs
  vanished,        // was unfinished, and is deleted or somebody else's
};

// The objects of one kind, at a cost that follows the work left and not their number.
//
// It is fed by a reflector and by the replies to the owner's own writes, which overtake each other.
// Versions decide: an older state of an object never replaces a newer one, whichever way it came.
// Lists are taken in item by item, so a list under way shows in part; each single object is right.
// Not synchronised: one loop, one thread.
class WorkCache final : public ListSink {
 public:
  using Classifier = std::function<Verdict(const boost::json::value& object)>;
  // Only what comes from outside and the owner cannot know yet: not the echo of its own write, not
  // a status or annotation outside its digest. Called after the cache has the change; it may read
  // the cache but not change it.
  using OnNews = std::function<void(const std::string& key, News news)>;
  using Object = std::shared_ptr<const boost::json::value>;

  WorkCache(Classifier classify, OnNews on_news);

  void begin_list() override;
  void item(boost::json::value&& object) override;
  void end_list(const std::string& version) override;
  void event(EventType type, boost::json::value&& object) override;

  // Takes the reply to one's own write. Answers with the newest state known, which may be newer
  // than the reply; null once nothing is left to do, or the object is gone. The only news that
  // comes of it is a change of intent, which somebody else has made.
  Object observe(boost::json::value reply);

  // A write to this object was answered with 404. No news comes of it either.
  void forget(const std::string& key, std::string_view uid);

  // Null unless the object is unfinished. Without managedFields.
  Object find(const std::string& key) const;
  // `visit` must not change the cache.
  void for_each_unfinished(
      const std::function<void(const std::string& key, const boost::json::value& object)>& visit)
      const;

  std::size_t count(std::uint8_t state) const { return counts_[state]; }
  std::size_t unfinished() const { return held_.size(); }
  std::size_t settled() const { return settled_.size(); }

 private:
  struct Held {
    Object object;
    std::uint64_t intent;
    std::uint8_t state;
    bool seen;  // by the list that is under way
  };
  enum class Source { list, event, own_write };
  enum class Standing { unknown, stale, same, newer, other_object };  // against what is known
  struct Former;

  void accept(boost::json::value&& object, Source source);
  void replace(const Identity& who, boost::json::value&& object, Source source);
  void deleted(const boost::json::value& object);

  bool in_past(std::string_view version) const;
  Standing standing_of(const Identity& who);
  bool known(const std::string& key, std::string_view uid);
  void mark_seen(const std::string& key);
  Former remove(const std::string& key);

  Classifier classify_;
  OnNews on_news_;
  // Invariant: no key is in both.
  std::unordered_map<std::string, Held> held_;
  SettledTable settled_;
  GoneObjects gone_;
  std::string position_;                   // version up to which the reflector has told everything
  std::array<std::size_t, 256> counts_{};  // by state, of both
};

}  // namespace kube
