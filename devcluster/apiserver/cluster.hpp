#pragma once

#include <functional>
#include <string>

#include "devcluster/apiserver/catalogue.hpp"
#include "devcluster/apiserver/refusal.hpp"
#include "devcluster/apiserver/store.hpp"

namespace devcluster::apiserver {

// The state of the server: what kinds there are and what objects, and the consequences that a write
// to one object has for others: a definition brings and takes kinds, a namespace its contents.
class Cluster {
 public:
  struct Options {
    std::size_t history_window = 10000;  // changes remembered per resource, for watches and paging
    std::function<std::string()> now;    // RFC 3339
  };
  explicit Cluster(Options options);

  Store& store() { return store_; }
  const Store& store() const { return store_; }
  const Catalogue& kinds() const { return kinds_; }
  std::string now() const { return options_.now(); }

  const Collection& collection(const Kind& kind) {
    return store_.collection(qualified_resource(kind));
  }

  // Stores the object in the storage version of its kind, or removes it when it was only waiting
  // for its last finalizer; either way returns what it then is.
  VersionPtr save(const Kind& kind, const Key& key, Json object);
  // Removes it, or marks it as being deleted while it has finalizers.
  struct Deletion {
    VersionPtr last;
    bool gone = false;
  };
  Deletion remove(const Kind& kind, const Key& key);

  // Refuses objects in namespaces that do not exist or are going away.
  Answer<void> check_namespace(const Kind& kind, const std::string& ns, const std::string& name);
  // Refuses definitions that teach no kind, completes those that do. Others pass untouched.
  Answer<Json> admit_definition(const Kind& kind, Json object) const;

 private:
  void create_namespace(const std::string& name);
  void learn(const Json& definition);
  void forget(const Json& definition);
  VersionPtr drop(const Kind& kind, const Key& key);
  void empty_namespace(const std::string& name);
  void finish_namespace(const std::string& name);

  Options options_;
  Store store_;
  Catalogue kinds_;
  KindPtr namespaces_;
};

}  // namespace devcluster::apiserver
