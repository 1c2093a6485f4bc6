#include "devcluster/apiserver/builtin_schemas.hpp"
#include "devcluster/apiserver/schema_words.hpp"

namespace devcluster::apiserver {
namespace {

Json names() {
  return requiring(
      {"plural", "kind"},
      an_object("What the kind is called.",
                {{"plural", a_string("In addresses: volumesnapshots.")},
                 {"singular", a_string("For people: volumesnapshot.")},
                 {"kind", a_string("In objects: VolumeSnapshot.")},
                 {"listKind", a_string("In lists: VolumeSnapshotList.")},
                 {"shortNames", a_list_of(a_string("One."), "For the hurried: vs.")},
                 {"categories", a_list_of(a_string("One."), "Groups of kinds, such as all.")}}));
}

Json printer_column() {
  return requiring({"name", "type", "jsonPath"},
                   an_object("A column that kubectl get prints.",
                             {{"name", a_string("Its heading.")},
                              {"type", a_string("integer, number, string, boolean or date.")},
                              {"jsonPath", a_string("Where its value is found in the object.")},
                              {"format", a_string("How the value is meant.")},
                              {"description", a_string("What it shows.")},
                              {"priority", an_int32("Above 0: with -o wide only.")}}));
}

Json version() {
  const Json selectable = requiring(
      {"jsonPath"}, an_object("A field that field selectors may use.",
                              {{"jsonPath", a_string("Where it is found in the object.")}}));
  return requiring(
      {"name", "served", "storage"},
      an_object("One version of the kind.",
                {{"name", a_string("v1, v1beta1, ...")},
                 {"served", a_boolean("Whether clients can use it.")},
                 {"storage", a_boolean("Whether objects are kept in it; true for exactly one.")},
                 {"deprecated", a_boolean("Whether its users are warned.")},
                 {"deprecationWarning", a_string("What they are told.")},
                 {"schema", an_object("What its objects look like.",
                                      {{"openAPIV3Schema", anything("An OpenAPI v3 schema.")}})},
                 {"subresources", anything("status and scale, where there are any.")},
                 {"additionalPrinterColumns", a_list_of(printer_column(), "Columns to print.")},
                 {"selectableFields", a_list_of(selectable, "Fields to select by.")}}));
}

Json definition_spec() {
  return requiring(
      {"group", "names", "scope", "versions"},
      an_object("What is wished for.",
                {{"group", a_string("Group of the kind.")},
                 {"names", names()},
                 {"scope", one_of({"Cluster", "Namespaced"}, a_string("Where objects live."))},
                 {"versions", a_list_of(version(), "The versions, any number.")},
                 {"conversion", anything("How one version becomes another.")},
                 {"preserveUnknownFields", a_boolean("Must be false.")}}));
}

}  // namespace

Json lease_schema() {
  return an_object(
      "Who of several equals is in charge, and until when.",
      {{"spec", an_object("The state of the lease.",
                          {{"holderIdentity", a_string("Who holds it; empty: nobody.")},
                           {"leaseDurationSeconds", an_int32("How long others wait for news.")},
                           {"acquireTime", a_time("Since when it is held.")},
                           {"renewTime", a_time("The last news of the holder.")},
                           {"leaseTransitions", an_int32("How often it changed hands.")},
                           {"preferredHolder", a_string("Who should take it next.")},
                           {"strategy", a_string("How the next holder is chosen.")}})}});
}

Json custom_resource_definition_schema() {
  return requiring(
      {"spec"},
      an_object("A kind that this server learns.",
                {{"spec", definition_spec()},
                 {"status",
                  an_object("What is.",
                            {{"acceptedNames", names()},
                             {"storedVersions", a_list_of(a_string("A version."),
                                                          "Versions that may be in the store.")},
                             {"conditions", conditions_schema("Whether it is served.")}})}}));
}

}  // namespace devcluster::apiserver
