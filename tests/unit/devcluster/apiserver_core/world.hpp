#pragma once

#include <string>
#include <vector>

#include "devcluster/apiserver/api.hpp"
#include "devcluster/apiserver/json_access.hpp"
#include "devcluster/apiserver/object.hpp"

namespace devcluster::apiserver {

// A definition of widgets.example.com: namespaced, with a status subresource, spec.size (integer),
// spec.color (red or blue, red by default, selectable), status.ready (boolean).
extern const char* const widget_definition;

// What a request came to.
struct Answered {
  int code = 0;
  Json body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string message() const { return std::string(text(body, "message")); }
  std::string reason() const { return std::string(text(body, "reason")); }
};

// An API that serves widgets, asked without any socket.
class World {
 public:
  explicit World(std::size_t history_window = 1000);

  Answered ask(const std::string& method, const std::string& target, const std::string& body = {},
               const std::string& content_type = {});
  Answered get(const std::string& target) { return ask("GET", target); }
  Answered post(const std::string& target, const std::string& body) {
    return ask("POST", target, body);
  }
  Answered merge(const std::string& target, const std::string& patch) {
    return ask("PATCH", target, patch, "application/merge-patch+json");
  }
  Answered json_patch(const std::string& target, const std::string& patch) {
    return ask("PATCH", target, patch, "application/json-patch+json");
  }

  // Creates the widget in the namespace default.
  Answered widget(const std::string& name, const std::string& more_metadata = {},
                  const std::string& spec = R"({"size":1})");

  // Opens a watch; the reply holds it.
  Reply watch(const std::string& target);

  Api api;
};

inline const std::string widgets = "/apis/example.com/v1/namespaces/default/widgets";

// The names of a list's items, in order, with blanks between.
std::string names_in(const Json& list);

// "ADDED a, DELETED b": types and names of the events that the watch has now.
std::string events_of(Watch& watch, const Horizon& horizon = {});

}  // namespace devcluster::apiserver
