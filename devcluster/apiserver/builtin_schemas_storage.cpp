#include <array>

#include "devcluster/apiserver/builtin_schemas.hpp"
#include "devcluster/apiserver/schema_words.hpp"

namespace devcluster::apiserver {
namespace {

// Volume plugins that once lived in Kubernetes itself: kept as written, without a closer look.
constexpr std::array older_plugins{"awsElasticBlockStore",
                                   "azureDisk",
                                   "azureFile",
                                   "cephfs",
                                   "cinder",
                                   "fc",
                                   "flexVolume",
                                   "flocker",
                                   "gcePersistentDisk",
                                   "glusterfs",
                                   "hostPath",
                                   "iscsi",
                                   "local",
                                   "nfs",
                                   "photonPersistentDisk",
                                   "portworxVolume",
                                   "quobyte",
                                   "rbd",
                                   "scaleIO",
                                   "storageos",
                                   "vsphereVolume"};

Json access_modes() {
  return a_list_of(a_string("ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod."),
                   "How many nodes may mount it, and how.");
}

Json volume_mode() {
  return defaulting_to("Filesystem", one_of({"Block", "Filesystem"},
                                            a_string("A file system, or the bare block device.")));
}

Json secret_reference(std::string_view description) {
  return an_object(description, {{"name", a_string("Name of the secret.")},
                                 {"namespace", a_string("Namespace of the secret.")}});
}

Json csi_volume() {
  return requiring(
      {"driver", "volumeHandle"},
      an_object("A volume of a CSI driver.",
                {{"driver", a_string("Name of the driver.")},
                 {"volumeHandle", a_string("The driver's own id of the volume.")},
                 {"fsType", a_string("File system to make if there is none.")},
                 {"readOnly", a_boolean("Never mounted for writing.")},
                 {"volumeAttributes", a_map_of(a_string("The value."), "What the driver noted.")},
                 {"controllerPublishSecretRef", secret_reference("For attaching.")},
                 {"controllerExpandSecretRef", secret_reference("For growing.")},
                 {"nodeStageSecretRef", secret_reference("For mounting on a node.")},
                 {"nodePublishSecretRef", secret_reference("For mounting into a pod.")},
                 {"nodeExpandSecretRef", secret_reference("For growing on a node.")}}));
}

Fields persistent_volume_fields() {
  Fields fields{
      {"capacity", a_map_of(a_quantity("How much."), "Its size, under the key storage.")},
      {"accessModes", access_modes()},
      {"claimRef", object_reference_schema("The claim it is bound to.")},
      {"csi", csi_volume()},
      {"mountOptions", a_list_of(a_string("One option."), "Options for mounting.")},
      {"nodeAffinity", anything("From which nodes it can be reached.")},
      {"persistentVolumeReclaimPolicy",
       defaulting_to("Retain", one_of({"Delete", "Recycle", "Retain"},
                                      a_string("What becomes of the storage afterwards.")))},
      {"storageClassName", a_string("The class it came from.")},
      {"volumeAttributesClassName", a_string("The class of its changeable attributes.")},
      {"volumeMode", volume_mode()}};
  for (const std::string_view plugin : older_plugins)
    fields.emplace_back(plugin, anything("A volume of the plugin of this name."));
  return fields;
}

Json typed_object_reference(std::string_view description) {
  return requiring(
      {"kind", "name"},
      an_object(description, {{"apiGroup", a_string("Group of the kind; empty for core kinds.")},
                              {"kind", a_string("VolumeSnapshot, PersistentVolumeClaim, ...")},
                              {"name", a_string("Name of the object.")},
                              {"namespace", a_string("Namespace, if another one is allowed.")}}));
}

Json claim_spec() {
  return an_object(
      "What is wished for.",
      {{"accessModes", access_modes()},
       {"dataSource", typed_object_reference("Start with this content.")},
       {"dataSourceRef", typed_object_reference("Start with this content, of any kind.")},
       {"resources", an_object("How much is wished for.",
                               {{"requests", a_map_of(a_quantity("How much."), "At least this.")},
                                {"limits", a_map_of(a_quantity("How much."), "At most this.")}})},
       {"selector", label_selector_schema("Only volumes with these labels.")},
       {"storageClassName", a_string("Class to make it from; empty: none, absent: the default.")},
       {"volumeAttributesClassName", a_string("The class of its changeable attributes.")},
       {"volumeMode", volume_mode()},
       {"volumeName", a_string("The volume it is bound to.")}});
}

}  // namespace

Json persistent_volume_schema() {
  return an_object(
      "A piece of storage in the cluster.",
      {{"spec", an_object("What is wished for.", persistent_volume_fields())},
       {"status", an_object("What is.",
                            {{"phase", a_string("Pending, Available, Bound, Released or Failed.")},
                             {"message", a_string("Why it is so.")},
                             {"reason", a_string("Why it is so, in one word.")},
                             {"lastPhaseTransitionTime", a_time("Since when.")}})}});
}

Json persistent_volume_claim_schema() {
  return an_object(
      "A wish for storage, and what came of it.",
      {{"spec", claim_spec()},
       {"status",
        an_object("What is.",
                  {{"phase", a_string("Pending, Bound or Lost.")},
                   {"accessModes", access_modes()},
                   {"capacity", a_map_of(a_quantity("How much."), "What it really has.")},
                   {"conditions", conditions_schema("What is under way.")},
                   {"allocatedResources", a_map_of(a_quantity("How much."), "While growing.")},
                   {"allocatedResourceStatuses",
                    a_map_of(a_string("The state."), "How far growing has come.")},
                   {"currentVolumeAttributesClassName", a_string("The class in force.")}})}});
}

Json storage_class_schema() {
  return requiring(
      {"provisioner"},
      an_object("A way of making volumes.",
                {{"provisioner", a_string("Name of the driver that makes them.")},
                 {"parameters", a_map_of(a_string("The value."), "What the driver is told.")},
                 {"reclaimPolicy", defaulting_to("Delete", a_string("Delete or Retain."))},
                 {"mountOptions", a_list_of(a_string("One option."), "Options for mounting.")},
                 {"allowVolumeExpansion", a_boolean("Claims may grow.")},
                 {"volumeBindingMode",
                  defaulting_to("Immediate", a_string("Immediate, or WaitForFirstConsumer."))},
                 {"allowedTopologies", a_list_of(anything("A place."), "Where volumes may be.")}}));
}

}  // namespace devcluster::apiserver
