#include "tests/unit/devcluster/apiserver_core/world.hpp"

#include <sstream>
#include <stdexcept>
#include <utility>

#include "devcluster/apiserver/yaml.hpp"

namespace devcluster::apiserver {

const char* const widget_definition = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    selectableFields: [{jsonPath: .spec.color}]
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, minimum: 0}
              color: {type: string, enum: [red, blue], default: red}
          status:
            type: object
            properties:
              ready: {type: boolean}
)";

namespace {

Api::Options options_with(std::size_t history_window) {
  Api::Options options;
  options.cluster.history_window = history_window;
  options.cluster.now = [] { return std::string("2026-01-02T03:04:05Z"); };
  return options;
}

}  // namespace

World::World(std::size_t history_window) : api(options_with(history_window)) {
  const Json definition = parse_yaml(widget_definition)->front();
  const Answered created =
      post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.dump());
  if (created.code != 201) throw std::logic_error(created.message());
}

Answered World::ask(const std::string& method, const std::string& target, const std::string& body,
                    const std::string& content_type) {
  Request request;
  request.method = method;
  request.target = target;
  request.body = body;
  request.content_type = content_type;
  request.user_agent = "test/1.0";
  Reply reply = api.handle(request, request_info(method, target));
  Answered answered;
  answered.code = reply.code;
  answered.body = Json::parse(reply.body, nullptr, false);
  answered.headers = std::move(reply.headers);
  return answered;
}

Answered World::widget(const std::string& name, const std::string& more_metadata,
                       const std::string& spec) {
  return post(widgets, R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":")" +
                           name + '"' + (more_metadata.empty() ? "" : "," + more_metadata) +
                           R"(},"spec":)" + spec + "}");
}

Reply World::watch(const std::string& target) {
  Request request;
  request.method = "GET";
  request.target = target;
  return api.handle(request, request_info(request.method, target));
}

std::string names_in(const Json& of) {
  std::string names;
  for (const Json& item : list(of, "items")) names += (names.empty() ? "" : " ") + name_of(item);
  return names;
}

std::string events_of(Watch& watch, const Horizon& horizon) {
  std::istringstream lines(watch.take(1 << 20, horizon));
  std::string events, line;
  while (std::getline(lines, line)) {
    const Json event = Json::parse(line);
    events += (events.empty() ? "" : ", ") + std::string(text(event, "type"));
    if (!name_of(event["object"]).empty()) events += " " + name_of(event["object"]);
  }
  return events;
}

}  // namespace devcluster::apiserver
