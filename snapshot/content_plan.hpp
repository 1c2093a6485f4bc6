#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"
#include "snapshot/content_view.hpp"
#include "snapshot/parameters.hpp"
#include "snapshot/secret_ref.hpp"
#include "snapshot/snapshot_name.hpp"

// What to do next for one VolumeSnapshotContent. Pure: plan() is called with the freshest object
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
// snapshot) until the driver has answered, also when the content is to be deleted meanwhile; the
// deletion then goes on in the same pass (design.md 3.7).
namespace snapshot {

// What the driver said of a snapshot.
class TakenSnapshot {
 public:
  TakenSnapshot() = default;

  std::string handle;
  std::int64_t size_bytes = 0;        // 0: the driver does not know
  std::int64_t creation_time_ns = 0;  // since the epoch
  bool ready_to_use = false;

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
  bool secret_in_hand = false;
  bool deleted = false;      // the driver has confirmed the deletion
  bool marked_here = false;  // so no create was under way before
  bool reported = false;     // an error was written; once a pass is enough
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
  bool driver_can_look_up = false;  // GetSnapshot: readiness is polled without creating again
};

struct Settle {};  // ends the pass: nothing is left to do
struct Poll {};    // ends the pass: look again after readiness_wait()
struct BackOff {   // ends the pass: try again after the backoff
  std::string why;
};
struct FetchSecret {
  SecretRef ref;
};
struct MarkBeingCreated {};
struct CreateSnapshot {
  std::string name, volume_handle;
  Parameters parameters;
};
struct LookUpSnapshot {
  std::string handle;
};
struct WriteStatus {
  TakenSnapshot snapshot;
};
struct WriteError {
  std::string message;
  bool not_ready;  // also say readyToUse: false
};
struct UnmarkBeingCreated {};
struct DeleteSnapshot {
  std::string handle;
};
struct ClearStatus {};      // somebody else's finalizer keeps the object: it must not name a handle
struct Release {            // remove our finalizer, and the mark if it is still there
  std::string left_behind;  // what stays on the storage although the policy is Delete; else empty
};
using Action = std::variant<Settle, Poll, BackOff, FetchSecret, MarkBeingCreated, CreateSnapshot,
                            LookUpSnapshot, WriteStatus, WriteError, UnmarkBeingCreated,
                            DeleteSnapshot, ClearStatus, Release>;

// `snapshot_class` is null when the content names none or the named one is not in the cache.
Action plan(const ContentView& content, const SnapshotClass* snapshot_class,
            const PlanOptions& options, const Pass& pass);

// "create snapshot snapshot-1234 of volume vol-1", for logs and for test failures.
std::string describe(const Action& action);

bool ends_pass(const Action& action);

}  // namespace snapshot
