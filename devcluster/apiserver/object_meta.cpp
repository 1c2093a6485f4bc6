#include "devcluster/apiserver/object_meta.hpp"

#include "devcluster/apiserver/schema_words.hpp"

namespace devcluster::apiserver {
namespace {

Json owner_references() {
  const Json owner = requiring(
      {"apiVersion", "kind", "name", "uid"},
      an_object("One object that this one belongs to, in the same namespace or cluster-wide.",
                {{"apiVersion", a_string("Group and version of the owner.")},
                 {"kind", a_string("Kind of the owner.")},
                 {"name", a_string("Name of the owner.")},
                 {"uid", a_string("Identity of the owner; a re-created owner has another one.")},
                 {"controller", a_boolean("This owner manages the object; only one may.")},
                 {"blockOwnerDeletion",
                  a_boolean("A foreground deletion of the owner waits for this object.")}}));
  return merged_by("uid", a_list_of(owner, "The objects this one goes away with."));
}

Json managed_fields() {
  return a_list_of(an_object("The fields one writer has set, and how.",
                             {{"manager", a_string("Who wrote: the name a client gives itself.")},
                              {"operation", a_string("Apply or Update.")},
                              {"apiVersion", a_string("The version the writer used.")},
                              {"time", a_time("When these fields were last written.")},
                              {"fieldsType", a_string("Form of fieldsV1; always FieldsV1.")},
                              {"fieldsV1", anything("The set of fields, as a tree.")},
                              {"subresource", a_string("Written through this subresource.")}}),
                   "Which writer owns which fields.");
}

Json make_object_meta() {
  return an_object(
      "What every object has: its name, its identity, its marks.",
      {{"name", a_string("Unique among objects of the kind in the namespace; never changes.")},
       {"generateName", a_string("Prefix of a name that the server completes on create.")},
       {"namespace", a_string("Where the object lives; empty for cluster-wide kinds.")},
       {"selfLink", a_string("No longer filled in.")},
       {"uid", a_string("Identity in time: a re-created object of the same name has another.")},
       {"resourceVersion", a_string("Changes with every write. To be compared, never ordered.")},
       {"generation", an_int64("Counts the changes of what is wished for, not of the status.")},
       {"creationTimestamp", a_time("When the server accepted the object.")},
       {"deletionTimestamp",
        a_time("When deletion was asked for; the object goes once no finalizer is left.")},
       {"deletionGracePeriodSeconds", an_int64("Seconds granted to end gracefully.")},
       {"labels", a_map_of(a_string("The label's value."), "Marks that selectors can find.")},
       {"annotations", a_map_of(a_string("The annotation's value."), "Notes of tools and people.")},
       {"ownerReferences", owner_references()},
       {"finalizers", merged_by("", a_list_of(a_string("Who still has something to clean up."),
                                              "While any is left, a deleted object stays."))},
       {"managedFields", managed_fields()}});
}

Json make_list_meta() {
  return an_object(
      "What every list has.",
      {{"selfLink", a_string("No longer filled in.")},
       {"resourceVersion", a_string("A watch from here misses nothing.")},
       {"continue", a_string("Ask with this for the next page; empty on the last one.")},
       {"remainingItemCount", an_int64("How many items follow this page, when known.")}});
}

}  // namespace

const Json& object_meta_schema() {
  static const Json schema = make_object_meta();
  return schema;
}

const Json& list_meta_schema() {
  static const Json schema = make_list_meta();
  return schema;
}

}  // namespace devcluster::apiserver
