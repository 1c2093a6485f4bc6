#include "snapshot/content_plan.hpp"

#include "snapshot/content_patches.hpp"
#include "snapshot/keys.hpp"

namespace snapshot {
namespace {

using base::Error;
using base::ErrorKind;
using base::Result;

// All that one decision looks at.
struct Case {
  const ContentView& content;
  const SnapshotClass* snapshot_class;
  const PlanOptions& options;
  const Pass& pass;
};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string name_of(const ContentView& content) {
  return std::string(content.name());
}

// ---- errors -------------------------------------------------------------------------------------

// The shapes are upstream's, because tools match on them (spec/sidecar.md 4.6). One prefix for one
// fault: upstream's changes between first try and retry, and so gives two events for it.
std::string with_prefix(const ContentView& content, const std::string& error) {
  const bool checking = content.snapshot_handle().has_value();
  return (checking ? "Failed to check and update snapshot content: "
                   : "Failed to create snapshot: ") +
         error;
}

std::string input_error(const ContentView& content, const std::string& inner) {
  return with_prefix(content, "failed to get input parameters to create snapshot for content " +
                                  name_of(content) + ": " + quoted(inner));
}

std::string message_of(const ContentView& content, const Failure& failure) {
  const std::string& error = failure.error.text();
  switch (failure.deed) {
    case Deed::fetch_secret:
      if (content.should_delete()) return "Failed to delete snapshot: " + error;
      return input_error(content, error);
    case Deed::create:
      return with_prefix(content, "failed to take snapshot of the volume " +
                                      std::string(content.volume_handle().value_or("")) + ": " +
                                      quoted(error));
    case Deed::look_up:
      return with_prefix(content, "failed to list snapshot for content " + name_of(content) + ": " +
                                      quoted(error));
    case Deed::remove:
      return "Failed to delete snapshot: " + error;
  }
  return error;
}

// Says it in the status unless that says so already: the same text twice is one write.
// Once a pass, because the server may keep another text than it was sent.
Action report(const Case& c, std::string message) {
  if (c.pass.reported || c.content.error_message() == message) return BackOff{std::move(message)};
  const bool not_ready = !c.content.should_delete();
  return WriteError{std::move(message), not_ready};
}

bool has_something_of_ours(const ContentView& content) {
  return content.finalizer_index() || content.being_created();
}

Action release(const ContentView& content, std::string left_behind = {}) {
  if (!has_something_of_ours(content)) return Settle{};
  return Release{std::move(left_behind)};
}

// What may be on the storage although the driver has answered a create with a final error. Of the
// first try nothing; but an earlier one, whose outcome nobody knows, may have made the snapshot,
// and the refusal may be about something else: parameters that are gone, a volume that is gone.
std::string possibly_left(const Case& c, const Error& refusal) {
  if (c.pass.marked_here && refusal.kind() != ErrorKind::already_exists) return "";
  const Result<std::string> name = snapshot_name(c.options.names, c.content.snapshot_ref_uid());
  return "an earlier create of snapshot " + (name ? *name : "") +
         " had an unknown outcome and the driver now refuses it (" + refusal.text() +
         "): if it was made, it stays on the storage";
}

Action after_failure(const Case& c, const Failure& failure) {
  const ContentView& content = c.content;
  const bool nothing_there =
      failure.deed == Deed::create && failure.final && !content.snapshot_handle();
  if (nothing_there && content.should_delete()) {
    return release(content, possibly_left(c, failure.error));
  }
  Action next = report(c, message_of(content, failure));
  if (!std::holds_alternative<BackOff>(next)) return next;
  if (nothing_there && content.being_created()) return UnmarkBeingCreated{};
  return next;
}

// ---- creating -----------------------------------------------------------------------------------

Result<Parameters> class_parameters(const Case& c) {
  const auto name = c.content.class_name();
  if (!name)
    return Error(ErrorKind::invalid,
                 with_prefix(c.content, "failed to take snapshot " + name_of(c.content) +
                                            " without a snapshot class"));
  if (!c.snapshot_class)
    return Error(ErrorKind::not_found,
                 input_error(c.content, "volumesnapshotclass.snapshot.storage.k8s.io " +
                                            quoted(*name) + " not found"));
  if (c.snapshot_class->driver != c.options.driver)
    return Error(ErrorKind::invalid,
                 input_error(c.content, "volumesnapshotclass " + quoted(*name) + " is for driver " +
                                            quoted(c.snapshot_class->driver) +
                                            ", the content for " + quoted(c.options.driver)));
  Result<Parameters> parameters = without_reserved(c.snapshot_class->parameters);
  if (!parameters)
    return Error(ErrorKind::invalid, with_prefix(c.content, parameters.error().text()));
  return parameters;
}

// Everything that can be wrong on our side is found here, before anything is marked or sent.
Result<CreateSnapshot> prepared_create(const Case& c) {
  Result<std::string> name = snapshot_name(c.options.names, c.content.snapshot_ref_uid());
  if (!name) return Error(ErrorKind::invalid, with_prefix(c.content, name.error().text()));
  Result<Parameters> parameters = class_parameters(c);
  if (!parameters) return parameters.error();
  CreateSnapshot create{*name, std::string(*c.content.volume_handle()), std::move(*parameters)};
  if (c.options.extra_create_metadata) add_metadata(create.parameters, c.content);
  return create;
}

// `next`, once the secret that it needs is in hand.
Action with_secret(const Case& c, Action next) {
  if (c.pass.secret_in_hand) return next;
  const Result<std::optional<SecretRef>> ref = secret_ref(c.content);
  if (!ref) return after_failure(c, Failure(Deed::fetch_secret, ref.error(), false));
  if (!*ref) return next;
  return FetchSecret{**ref};
}

Action create(const Case& c) {
  Result<CreateSnapshot> prepared = prepared_create(c);
  if (!prepared) return report(c, prepared.error().text());
  const bool begun = c.content.being_created() || c.content.snapshot_handle();
  return with_secret(c, begun ? Action(std::move(*prepared)) : Action(MarkBeingCreated{}));
}

// A create was begun, its outcome is unknown, and now the content is to go. The driver must be
// asked, even if the class is gone or has become wrong meanwhile: it does not need the parameters
// to recognise the name. Without a name none can have been begun.
Action resolve_create(const Case& c) {
  const Result<std::string> name = snapshot_name(c.options.names, c.content.snapshot_ref_uid());
  if (!name) return release(c.content);
  Result<CreateSnapshot> prepared = prepared_create(c);
  if (prepared) return with_secret(c, std::move(*prepared));
  return with_secret(c, CreateSnapshot{*name, std::string(*c.content.volume_handle()), {}});
}

// ---- the two directions -------------------------------------------------------------------------

Action towards_readiness(const Case& c) {
  const ContentView& content = c.content;
  // Members are taken and filled in by the group; pre-provisioned ones are somebody's already.
  if (content.is_group_member() || !content.volume_handle()) return Settle{};
  const bool outcome_known = content.snapshot_handle() || content.ready_to_use();
  if (outcome_known && content.being_created()) return UnmarkBeingCreated{};
  if (content.ready_to_use()) return Settle{};
  if (!outcome_known) {
    // Nothing is begun for a content on its way out; what was begun is finished.
    const bool too_late = content.deletion_requested() && !content.being_created();
    return too_late ? Settle{} : create(c);
  }
  if (c.pass.answer) return Poll{};
  if (c.options.driver_can_look_up)
    return with_secret(c, LookUpSnapshot{std::string(*content.snapshot_handle())});
  return create(c);
}

bool wants_storage_deleted(const ContentView& content) {
  return content.deletion_policy() == DeletionPolicy::remove && content.snapshot_handle() &&
         !content.has_group_handle();
}

// A pre-provisioned content whose handle never reached the status is released as upstream does it,
// but not silently.
std::string left_behind(const ContentView& content) {
  const auto handle = content.source_snapshot_handle();
  const bool stays = content.deletion_policy() == DeletionPolicy::remove && handle &&
                     !content.snapshot_handle() && !content.has_group_handle();
  return stays ? "the pre-provisioned snapshot " + std::string(*handle) +
                     " was never checked and stays on the storage"
               : "";
}

Action towards_removal(const Case& c) {
  const ContentView& content = c.content;
  const bool unknown_outcome =
      content.being_created() && content.volume_handle() && !content.snapshot_handle();
  if (unknown_outcome && !c.pass.deleted) return resolve_create(c);
  if (wants_storage_deleted(content)) {
    if (!c.pass.deleted)
      return with_secret(c, DeleteSnapshot{std::string(*content.snapshot_handle())});
    // A mark without a handle would read as a create of unknown outcome, after a crash.
    if (content.has_other_finalizers())
      return content.being_created() ? Action(UnmarkBeingCreated{}) : Action(ClearStatus{});
  }
  return release(content, c.pass.deleted ? "" : left_behind(content));
}

// What the driver said is in the status before anything else happens.
std::optional<Action> record(const Case& c, const TakenSnapshot& answer) {
  const auto known = c.content.snapshot_handle();
  if (known && *known != answer.handle) {
    const Error contradiction(ErrorKind::malformed, "the driver answered with snapshot " +
                                                        quoted(answer.handle) +
                                                        ", the content records " + quoted(*known));
    return after_failure(c, Failure(Deed::create, contradiction, false));
  }
  if (status_changes(c.content, answer).empty()) return std::nullopt;
  return WriteStatus{answer};
}

bool is_for(const ContentView& content, const std::string& driver) {
  return content.driver() == driver &&
         (content.volume_handle() || content.source_snapshot_handle());
}

template <class... F>
struct overloaded : F... {
  using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

}  // namespace

Action plan(const ContentView& content, const SnapshotClass* snapshot_class,
            const PlanOptions& options, const Pass& pass) {
  if (!is_for(content, options.driver) || content.is_gone()) return Settle{};
  const Case c{content, snapshot_class, options, pass};
  if (pass.failure) return after_failure(c, *pass.failure);
  if (pass.answer && !pass.deleted)
    if (std::optional<Action> first = record(c, *pass.answer)) return *first;
  return content.should_delete() ? towards_removal(c) : towards_readiness(c);
}

std::string describe(const Action& action) {
  return std::visit(
      overloaded{
          [](const Settle&) { return std::string("settle"); },
          [](const Poll&) { return std::string("poll"); },
          [](const BackOff& a) { return "back off: " + a.why; },
          [](const FetchSecret& a) { return "fetch secret " + a.ref.space + "/" + a.ref.name; },
          [](const MarkBeingCreated&) { return std::string("mark being created"); },
          [](const CreateSnapshot& a) {
            return "create snapshot " + a.name + " of volume " + a.volume_handle;
          },
          [](const LookUpSnapshot& a) { return "look up snapshot " + a.handle; },
          [](const WriteStatus& a) {
            return "record snapshot " + a.snapshot.handle +
                   (a.snapshot.ready_to_use ? ", ready" : ", not ready");
          },
          [](const WriteError& a) { return "report: " + a.message; },
          [](const UnmarkBeingCreated&) { return std::string("unmark being created"); },
          [](const DeleteSnapshot& a) { return "delete snapshot " + a.handle; },
          [](const ClearStatus&) { return std::string("clear status"); },
          [](const Release& a) {
            return "release" + (a.left_behind.empty() ? "" : ", although " + a.left_behind);
          },
      },
      action);
}

bool ends_pass(const Action& action) {
  return std::holds_alternative<Settle>(action) || std::holds_alternative<Poll>(action) ||
         std::holds_alternative<BackOff>(action);
}

}  // namespace snapshot
