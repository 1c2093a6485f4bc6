#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "snapshot/content_view.hpp"
#include "snapshot/parameters.hpp"
#include "snapshot/secret_ref.hpp"
#include "snapshot/snapshot_name.hpp"

// What to do next for one VolumeSnapshotContent, or for one VolumeGroupSnapshotContent: the view's
// kind says which, and the rules are the same. Pure: plan() is called with the freshest object
// and with what this pass has learnt so far, names one action, and is called again when that is
// done, until the action ends the pass. The process may die between any two actions; whatever must
// survive is then in the object:
//
//   nothing there                 no create was begun for this content
//   being-created, no handle      a create may have reached the driver: the outcome is unknown
//   handle in the status          the snapshot exists, under that id, and nothing else does
//
// So: validate and fetch the secret, mark, call the driver, record the handle, unmark. A create of
// unknown outcome is asked for again under the same name (the CSI spec makes that the same
// snapshot), as long as a fresh copy of the content says so, until the driver has answered, also
// when the content is to be deleted meanwhile; the deletion then goes on in the same pass
// (design.md 3.7).
namespace snapshot {

// What the driver said of a snapshot.
class TakenSnapshot {
 public:
  TakenSnapshot() = default;

  std::string handle;
  std::int64_t size_bytes = 0;        // 0: the driver does not know
  std::int64_t creation_time_ns = 0;  // since the epoch
  bool ready_to_use = false;
  std::string group_handle;  // of an individual snapshot that was taken with a group

  // One snapshot of a group.
  class Member {
   public:
    Member() = default;

    std::string volume_handle;  // may be empty: the driver did not say
    std::string handle;
    std::int64_t size_bytes = 0;
    std::optional<std::int64_t> creation_time_ns;
    bool ready_to_use = false;

    bool operator==(const Member&) const = default;
  };
  std::vector<Member> members;  // of a group

  bool operator==(const TakenSnapshot&) const = default;
};

// What failed in this pass. Failed writes to the API server are no part of it: they end the pass.
enum class Deed { fetch_secret, create, look_up, remove };
class Failure {
 public:
  Failure(Deed deed, base::Error error, bool final)
      : deed(deed), error(std::move(error)), final(final) {}

  Deed deed;
  base::Error error;
  bool final;  // of a create: after this answer nothing can exist under that name (CSI codes)
};

// What this pass has learnt; it starts empty.
class Pass {
 public:
  Pass() = default;

  std::optional<TakenSnapshot> answer;  // to a create or a look-up
  std::optional<Failure> failure;
  std::optional<SecretRef> secret_in_hand;
  bool deleted = false;        // the driver has confirmed the deletion
  bool marked_here = false;    // so no create was under way before
  bool copy_is_fresh = false;  // the API server gave it to us in this pass
  bool reported = false;       // an error was written; once a pass is enough
};

// The class that the content names, as the cache has it.
class SnapshotClass {
 public:
  SnapshotClass(std::string driver, Parameters parameters)
      : driver(std::move(driver)), parameters(std::move(parameters)) {}

  std::string driver;
  Parameters parameters;
};

// What does not change from one content to the next.
struct PlanOptions {
  std::string driver;  // our driver's name
  NameRule names;
  bool extra_create_metadata = false;
  // How the driver is asked about a snapshot that it has. With `get` readiness is polled that way;
  // without, by asking for the create again under the same name. With `none` a pre-provisioned
  // snapshot is taken to be there and ready, as upstream does (spec/sidecar.md 4.4).
  enum class LookUp { none, list, get };
  LookUp look_up = LookUp::none;
};

struct Settle {};  // ends the pass: nothing is left to do
struct Poll {};    // ends the pass: look again after readiness_wait()
struct BackOff {   // ends the pass: try again after the backoff
  std::string why;
};
struct FetchSecret {
  SecretRef ref;
};

// What no two calls may work on at once: "name <snapshot>", "volume <id>". A create waits for its
// turn before it marks the content, so that a mark means that the call is on its way.
using Turns = std::vector<std::string>;

// In those that call the driver, `secret` is the one to send; it is in hand.
struct MarkBeingCreated {
  Turns turns;
};
struct ReadAgain {  // the content, whose copy may be old
  Turns turns;
};
struct CreateSnapshot {
  std::string name;
  std::vector<std::string> volumes;
  Parameters parameters;
  std::optional<SecretRef> secret = std::nullopt;
  Turns turns = {};
};
struct LookUpSnapshot {
  std::string handle;
  std::vector<std::string> members;  // of a group
  std::optional<SecretRef> secret = std::nullopt;
};
struct AssumeReady {  // the driver can only be believed
  std::string handle;
};
struct WriteStatus {
  TakenSnapshot snapshot;
};
struct WriteError {  // and tell it as an event
  std::string message;
  bool not_ready;  // also say readyToUse: false
  std::string_view reason = {};
};
struct UnmarkBeingCreated {};
struct DeleteSnapshot {
  std::string handle;
  std::vector<std::string> members = {};  // of a group
  std::optional<SecretRef> secret = std::nullopt;
};
struct ClearStatus {};      // somebody else's finalizer keeps the object: it must not name a handle
struct Release {            // remove our finalizer, and the mark if it is still there
  std::string left_behind;  // what stays on the storage although the policy is Delete; else empty
};
using Action = std::variant<Settle, Poll, BackOff, FetchSecret, MarkBeingCreated, ReadAgain,
                            CreateSnapshot, LookUpSnapshot, AssumeReady, WriteStatus, WriteError,
                            UnmarkBeingCreated, DeleteSnapshot, ClearStatus, Release>;

// `snapshot_class` is null when the content names none or the named one is not in the cache.
Action plan(const ContentView& content, const SnapshotClass* snapshot_class,
            const PlanOptions& options, const Pass& pass);

// "create snapshot snapshot-1234 of volume vol-1", for logs and for test failures.
std::string describe(const Action& action);

bool ends_pass(const Action& action);

// A write of ours to the API server was refused: what to tell as an event, so that nobody has to
// read a log to learn why a content stands still. `doing` is what the write was for.
struct Complaint {
  std::string_view reason;
  std::string message;
};
Complaint write_refused(const ContentView& content, const Action& doing, const base::Error& why);

}  // namespace snapshot
