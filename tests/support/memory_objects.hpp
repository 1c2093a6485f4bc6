#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kube/api/objects.hpp"

namespace tests {

// The port kube::Objects over a map: merge patches, the JSON patches that we send, replacements of
// the version that is there, versions, uids, the status subresource, and the removal of an object
// whose last finalizer goes. Each request is noted in `trace`; before each, the next scripted fault
// for its verb may answer instead.
class MemoryObjects final : public kube::Objects {
 public:
  explicit MemoryObjects(std::vector<std::string>& trace) : trace_(trace) {}

  void put(boost::json::value object);  // by metadata.name
  const boost::json::value* find(const std::string& name) const;
  boost::json::value& at(const std::string& name) { return objects_.at(name); }

  // Answers the next `verb` ("get", "patch", "create", "replace") with this error instead of doing it.
  void fail_next(std::string verb, base::Error error);
  // Does the next `verb`, and then this, before the reply is seen: somebody else was at work.
  void after_next(std::string verb, std::function<void(boost::json::value& object)> change);
  // The same, before it is done.
  void before_next(std::string verb, std::function<void(boost::json::value& object)> change);

  using Reply = base::Result<boost::json::value>;
  boost::asio::awaitable<Reply> get(kube::ObjectPath path) override;
  boost::asio::awaitable<Reply> patch(kube::ObjectPath path, kube::Patch change) override;
  boost::asio::awaitable<Reply> replace(kube::ObjectPath path, boost::json::value object) override;
  boost::asio::awaitable<Reply> create(kube::ObjectPath path, boost::json::value object) override;
  boost::asio::awaitable<base::Result<void>> remove(kube::ObjectPath path,
                                                    std::string uid) override;

 private:
  using Change = std::function<void(boost::json::value&)>;
  struct Script {
    std::deque<base::Error> faults;
    std::deque<Change> before, after;
  };
  std::optional<base::Error> next_fault(const std::string& verb);
  std::optional<base::Error> begin(const std::string& verb, const kube::ObjectPath& path);
  void bump(boost::json::value& object);

  std::vector<std::string>& trace_;
  std::map<std::string, boost::json::value> objects_;
  std::map<std::string, Script> scripts_;
  int version_ = 100;
};

}  // namespace tests
