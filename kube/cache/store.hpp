#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <boost/json/value.hpp>

#include "kube/cache/list_sink.hpp"

namespace kube {

// All objects of a kind of which there are few, whole but for managedFields. A list replaces
// everything in one step; until it is complete the store stays as it was.
class Store final : public ListSink {
 public:
  using Object = std::shared_ptr<const boost::json::value>;
  // An object is new, of another version, re-created, or gone. Called after the store has all of
  // the change; it may read the store but not change it.
  using OnChange = std::function<void(const std::string& key)>;

  explicit Store(OnChange on_change = [](const std::string&) {});

  void begin_list() override;
  void item(boost::json::value&& object) override;
  void end_list(const std::string& version) override;
  void event(EventType type, boost::json::value&& object) override;

  // By name, or "<namespace>/<name>"; null if there is none.
  Object find(const std::string& key) const;
  void for_each(const std::function<void(const std::string& key, const boost::json::value& object)>&
                    visit) const;
  std::size_t size() const { return objects_.size(); }

 private:
  using Objects = std::unordered_map<std::string, Object>;

  OnChange on_change_;
  Objects objects_;
  Objects listing_;  // what the list under way has named so far
};

}  // namespace kube
