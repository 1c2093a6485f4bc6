#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

// "name/uid@version state [intent]" is an object of the made-up kind these tests use.
struct Thing {
  std::string name = "a";
  std::string uid = "u1";
  std::string version = "10";
  std::string state = "todo";   // "todo" is unfinished, "ready" is settled, "theirs" is foreign
  std::string intent = "keep";  // what the owner reacts to

  boost::json::value json() const {
    boost::json::object metadata{{"name", name}, {"managedFields", {1, 2, 3}}, {"uid", uid}};
    metadata["resourceVersion"] = version;
    return {{"metadata", std::move(metadata)}, {"spec", {{"intent", intent}}}, {"state", state}};
  }
};
