#include "devcluster/apiserver/builtin_schemas.hpp"
#include "devcluster/apiserver/schema_words.hpp"

namespace devcluster::apiserver {

Json object_reference_schema(std::string_view description) {
  return an_object(description, {{"apiVersion", a_string("Group and version of the object.")},
                                 {"kind", a_string("Kind of the object.")},
                                 {"namespace", a_string("Namespace of the object, if it has one.")},
                                 {"name", a_string("Name of the object.")},
                                 {"uid", a_string("Identity of the object.")},
                                 {"resourceVersion", a_string("The version that was looked at.")},
                                 {"fieldPath", a_string("The part of the object that is meant.")}});
}

Json label_selector_schema(std::string_view description) {
  const Json expression =
      requiring({"key", "operator"},
                an_object("A condition on one label.",
                          {{"key", a_string("The label.")},
                           {"operator", a_string("In, NotIn, Exists or DoesNotExist.")},
                           {"values", a_list_of(a_string("One value."), "For In and NotIn.")}}));
  return an_object(description,
                   {{"matchLabels", a_map_of(a_string("The value."), "Labels that must be equal.")},
                    {"matchExpressions", a_list_of(expression, "Conditions that must all hold.")}});
}

Json conditions_schema(std::string_view description) {
  const Json condition =
      requiring({"type", "status"},
                an_object("One aspect of the state.",
                          {{"type", a_string("The aspect.")},
                           {"status", a_string("True, False or Unknown.")},
                           {"reason", a_string("Why, in one word.")},
                           {"message", a_string("Why, in a sentence.")},
                           {"lastTransitionTime", a_time("When the status last changed.")},
                           {"lastProbeTime", a_time("When it was last looked at.")},
                           {"lastHeartbeatTime", a_time("When it was last heard of.")}}));
  return merged_by("type", a_list_of(condition, description));
}

Json namespace_schema() {
  return an_object(
      "A namespace separates names, and who may use them.",
      {{"spec", an_object("What is wished for.",
                          {{"finalizers", a_list_of(a_string("Who must agree."),
                                                    "Who must agree before it goes.")}})},
       {"status",
        an_object("What is.", {{"phase", a_string("Active, or Terminating.")},
                               {"conditions", conditions_schema("What holds it up.")}})}});
}

Json secret_schema() {
  return an_object(
      "A secret holds what only those should see who need it, such as a driver's credentials.",
      {{"data", a_map_of(bytes("The value, in base64."), "The values, in base64.")},
       {"stringData", a_map_of(a_string("The value, as it is."),
                               "Values to write without base64; folded into data, never read.")},
       {"type", defaulting_to("Opaque", a_string("Who is meant to understand it."))},
       {"immutable", a_boolean("The values can never change again.")}});
}

Json config_map_schema() {
  return an_object("Settings for programs.",
                   {{"data", a_map_of(a_string("The value."), "Settings that are text.")},
                    {"binaryData", a_map_of(bytes("The value, in base64."), "Other settings.")},
                    {"immutable", a_boolean("The settings can never change again.")}});
}

Json service_account_schema() {
  const Json secret_name =
      an_object("A secret in the same namespace.", {{"name", a_string("Its name.")}});
  return an_object(
      "The identity that programs in the cluster use towards the API server.",
      {{"secrets", merged_by("name", a_list_of(object_reference_schema("A secret."),
                                               "Secrets its pods may use."))},
       {"imagePullSecrets", merged_by("name", a_list_of(secret_name, "For pulling images."))},
       {"automountServiceAccountToken", a_boolean("Whether pods get its token.")}});
}

Json event_schema() {
  return requiring(
      {"involvedObject"},
      an_object(
          "Something that happened to an object, for people to read. Kept for a while only.",
          {{"involvedObject", object_reference_schema("What it happened to.")},
           {"related", object_reference_schema("What else took part.")},
           {"reason", a_string("What happened, in one word.")},
           {"message", a_string("What happened, in a sentence.")},
           {"type", a_string("Normal or Warning.")},
           {"action", a_string("What was done about it.")},
           {"count", an_int32("How often it happened.")},
           {"firstTimestamp", a_time("When it was first seen.")},
           {"lastTimestamp", a_time("When it was last seen.")},
           {"eventTime", a_time("When it was first seen, to the microsecond.")},
           {"series", an_object("A run of the same event.",
                                {{"count", an_int32("How many so far.")},
                                 {"lastObservedTime", a_time("When the last one was seen.")}})},
           {"source", an_object("Who says so.", {{"component", a_string("The program.")},
                                                 {"host", a_string("The node it ran on.")}})},
           {"reportingComponent", a_string("Which controller says so.")},
           {"reportingInstance", a_string("Which of its instances.")}}));
}

namespace {

Json node_spec() {
  const Json taint =
      requiring({"key", "effect"},
                an_object("Keeps pods away that do not tolerate it.",
                          {{"key", a_string("Name of the taint.")},
                           {"value", a_string("Its value.")},
                           {"effect", a_string("NoSchedule, PreferNoSchedule or NoExecute.")},
                           {"timeAdded", a_time("Since when.")}}));
  return an_object(
      "What is wished for.",
      {{"podCIDR", a_string("Addresses for its pods.")},
       {"podCIDRs", merged_by("", a_list_of(a_string("A range."), "Addresses, per family."))},
       {"providerID", a_string("Its name at the cloud provider.")},
       {"taints", a_list_of(taint, "What keeps pods away.")},
       {"unschedulable", a_boolean("Takes no new pods.")}});
}

}  // namespace

Json node_schema() {
  const Json address =
      requiring({"type", "address"},
                an_object("One address.", {{"type", a_string("InternalIP, Hostname and so on.")},
                                           {"address", a_string("The address.")}}));
  return an_object(
      "A machine of the cluster.",
      {{"spec", node_spec()},
       {"status",
        open(an_object("What is.",
                       {{"conditions", conditions_schema("How it is.")},
                        {"addresses", merged_by("type", a_list_of(address, "Where it is."))},
                        {"capacity", a_map_of(a_quantity("How much."), "What it has.")},
                        {"allocatable", a_map_of(a_quantity("How much."), "What pods may use.")},
                        {"nodeInfo", anything("Versions of kernel, runtime and kubelet.")}}))}});
}

}  // namespace devcluster::apiserver
