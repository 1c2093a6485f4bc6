#pragma once

#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace kube {

enum class PatchType { merge, json };

// "application/merge-patch+json", "application/json-patch+json".
std::string_view media_type(PatchType type);

// A patch and how to read it. Constructors, not braces: see ObjectPath.
class Patch {
 public:
  static Patch merge(boost::json::object changes) {
    return Patch(PatchType::merge, std::move(changes));
  }
  static Patch json(boost::json::array operations) {
    return Patch(PatchType::json, std::move(operations));
  }

  PatchType type;
  boost::json::value body;

 private:
  Patch(PatchType type, boost::json::value body) : type(type), body(std::move(body)) {}
};

}  // namespace kube
