#include "snapshot/content_plan.hpp"

#include "snapshot/content_messages.hpp"
#include "snapshot/content_patches.hpp"

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

std::string name_of(const ContentView& content) {
  return std::string(content.name());
}

// ---- errors -------------------------------------------------------------------------------------

// Says it in the status unless that says so already: the same text twice is one write, one event.
// Once a pass, because the server may keep another text than it was sent.
Action report(const Case& c, std::string message, std::string_view reason) {
  if (c.pass.reported || c.content.error_message() == message) return BackOff{std::move(message)};
  const bool not_ready = !c.content.should_delete();
  return WriteError{std::move(message), not_ready, reason};
}

Action report(const Case& c, const Failure& failure) {
  return report(c, message_of(c.content, failure), reason_of(c.content, &failure));
}

bool has_something_of_ours(const ContentView& content) {
  return content.finalizer_index() || content.being_created();
}

Action release(const ContentView& content, std::string left_behind = {}) {
  if (!has_something_of_ours(content)) return Settle{};
  return Release{std::move(left_behind)};
}

// The name that the driver knows the snapshot by; the error says that there is none.
Result<std::string> driver_name_of(const Case& c) {
  if (c.content.is_bound()) return snapshot_name(c.options.names, c.content.snapshot_ref_uid());
  return Error(ErrorKind::invalid,
               "the content is not bound: spec." + std::string(c.content.kind().spec_ref) +
                   ".uid is empty, and the " + std::string(c.content.kind().noun) +
                   "'s name is made from it");
}

// What may be on the storage although the driver has answered a create with a final error. Of the
// first try nothing; but an earlier one, whose outcome nobody knows, may have made the snapshot,
// and the refusal may be about something else: parameters that are gone, a volume that is gone.
std::string possibly_left(const Case& c, const Error& refusal) {
  if (c.pass.marked_here && refusal.kind() != ErrorKind::already_exists) return "";
  const Result<std::string> name = driver_name_of(c);
  return "an earlier create of " + std::string(c.content.kind().noun) + " " + (name ? *name : "") +
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
  Action next = report(c, failure);
  if (!std::holds_alternative<BackOff>(next)) return next;
  // While something may be left from earlier, the mark has to stay: without it a deletion would not
  // ask the driver, and tell nobody.
  const bool resolved = nothing_there && possibly_left(c, failure.error).empty();
  if (resolved && content.being_created()) return UnmarkBeingCreated{};
  return next;
}

// ---- secrets ------------------------------------------------------------------------------------

using MaybeSecret = std::optional<SecretRef>;

// For look-ups the class names one; a group's member, and a snapshot of ours whose class names
// none, is looked up with the secret that it was created with. A class that is gone names none:
// what was imported must not hang on it (spec/sidecar.md 10.19).
Result<MaybeSecret> look_up_secret(const Case& c) {
  if (c.content.is_group_member() || c.content.has_group_handle()) return secret_ref(c.content);
  if (c.snapshot_class) {
    Result<MaybeSecret> of_class = look_up_secret_ref(c.content, c.snapshot_class->parameters);
    if (!of_class || *of_class) return of_class;
  }
  return c.content.is_dynamic() ? secret_ref(c.content) : Result<MaybeSecret>(MaybeSecret());
}

// `next`, once the secret that it needs is in hand. A MarkBeingCreated needs what its create needs.
template <class Deed>
Action with_secret(const Case& c, const Result<MaybeSecret>& ref, Deed next) {
  if (!ref) return after_failure(c, Failure(snapshot::Deed::fetch_secret, ref.error(), false));
  if (*ref && c.pass.secret_in_hand != *ref) return FetchSecret{**ref};
  if constexpr (requires { next.secret; }) next.secret = *ref;
  return next;
}

// ---- creating -----------------------------------------------------------------------------------

Result<Parameters> class_parameters(const Case& c) {
  const ContentKind& kind = c.content.kind();
  const auto name = c.content.class_name();
  if (!name)
    return Error(ErrorKind::invalid,
                 with_prefix(c.content, "failed to take " + std::string(kind.noun) + " " +
                                            name_of(c.content) + " without a " +
                                            std::string(kind.noun) + " class"));
  const std::string the_class = std::string(kind.class_name);
  if (!c.snapshot_class)
    return Error(ErrorKind::not_found,
                 input_error(c.content, the_class + "." + std::string(kind.api_group) + " " +
                                            quoted(*name) + " not found"));
  if (c.snapshot_class->driver != c.options.driver)
    return Error(ErrorKind::invalid,
                 input_error(c.content, the_class + " " + quoted(*name) + " is for driver " +
                                            quoted(c.snapshot_class->driver) +
                                            ", the content for " + quoted(c.options.driver)));
  Result<Parameters> parameters = without_reserved(c.snapshot_class->parameters);
  if (!parameters)
    return Error(ErrorKind::invalid, with_prefix(c.content, parameters.error().text()));
  return parameters;
}

// Creates of one volume go one after another, and so do calls for one name; to ask again for a
// snapshot that is cut is no work for the volume (design.md 3, issue of many snapshots at once).
Turns turns_of(const Case& c, const std::string& name) {
  Turns turns{"name " + name};
  if (c.content.snapshot_handle()) return turns;
  for (const std::string& volume : c.content.source_volumes()) turns.push_back("volume " + volume);
  return turns;
}

CreateSnapshot create_named(const Case& c, const std::string& name, Parameters parameters) {
  CreateSnapshot create{name, c.content.source_volumes(), std::move(parameters)};
  create.turns = turns_of(c, name);
  return create;
}

// Everything that can be wrong on our side is found here, before anything is marked or sent.
Result<CreateSnapshot> prepared_create(const Case& c) {
  const Result<std::string> name = driver_name_of(c);
  if (!name) return Error(ErrorKind::invalid, with_prefix(c.content, name.error().text()));
  Result<Parameters> parameters = class_parameters(c);
  if (!parameters) return parameters.error();
  if (c.options.extra_create_metadata) add_metadata(*parameters, c.content);
  return create_named(c, *name, std::move(*parameters));
}

// What was begun may be asked for again only if it still is what the content says. Our copy may be
// old: a write of ours whose reply was lost may have taken the mark away; and the replica that
// worked before us may have deleted the snapshot, which then would be made anew, for nobody.
Action create_again(const Case& c, CreateSnapshot prepared) {
  if (c.pass.copy_is_fresh) return with_secret(c, secret_ref(c.content), std::move(prepared));
  return ReadAgain{std::move(prepared.turns)};
}

Action create(const Case& c) {
  Result<CreateSnapshot> prepared = prepared_create(c);
  if (!prepared) return report(c, prepared.error().text(), reason_of(c.content, nullptr));
  const bool begun = c.content.being_created() || c.content.snapshot_handle();
  if (begun) return create_again(c, std::move(*prepared));
  return with_secret(c, secret_ref(c.content), MarkBeingCreated{std::move(prepared->turns)});
}

// A create was begun, its outcome is unknown, and now the content is to go. The driver must be
// asked, even if the class is gone or has become wrong meanwhile: it does not need the parameters
// to recognise the name. Without a name none can have been begun.
Action resolve_create(const Case& c) {
  const Result<std::string> name = driver_name_of(c);
  if (!name) return release(c.content);
  Result<CreateSnapshot> prepared = prepared_create(c);
  if (!prepared) prepared = create_named(c, *name, {});
  return create_again(c, std::move(*prepared));
}

// ---- the two directions -------------------------------------------------------------------------

Action look_up(const Case& c, std::string_view handle) {
  if (c.options.look_up == PlanOptions::LookUp::none) return AssumeReady{std::string(handle)};
  LookUpSnapshot next{std::string(handle), c.content.member_handles()};
  return with_secret(c, look_up_secret(c), std::move(next));
}

// What exists, as far as we know, and is not ready.
Action check_on(const Case& c, std::string_view handle) {
  if (c.pass.answer) return Poll{};
  const bool ours_alone = c.content.is_dynamic() && !c.content.is_group_member();
  if (ours_alone && c.options.look_up != PlanOptions::LookUp::get) return create(c);
  return look_up(c, handle);
}

Action towards_readiness(const Case& c) {
  const ContentView& content = c.content;
  const auto handle =
      content.snapshot_handle() ? content.snapshot_handle() : content.source_snapshot_handle();
  const bool outcome_known = handle || content.ready_to_use();
  if (outcome_known && content.being_created()) return UnmarkBeingCreated{};
  if (content.ready_to_use()) return Settle{};
  if (handle) return check_on(c, *handle);
  // Members are taken by the group, and the snapshot-controller writes their handles.
  if (content.is_group_member()) return Settle{};
  // Nothing is begun for a content on its way out; what was begun is finished.
  const bool too_late = content.deletion_requested() && !content.being_created();
  return too_late ? Settle{} : create(c);
}

bool wants_storage_deleted(const ContentView& content) {
  return content.deletion_policy() == DeletionPolicy::remove && content.snapshot_handle() &&
         !content.has_group_handle();
}

// Released as upstream does it, but not silently: a pre-provisioned content whose handle never
// reached the status, and one that was imported by itself and turned out to belong to a group.
std::string left_behind(const ContentView& content) {
  const auto handle = content.source_snapshot_handle();
  if (content.deletion_policy() != DeletionPolicy::remove || !handle) return "";
  const std::string the_snapshot =
      "the pre-provisioned " + std::string(content.kind().noun) + " " + std::string(*handle);
  if (content.has_group_handle() && !content.is_group_member())
    return the_snapshot + " belongs to a group, is deleted only with it, and stays on the storage";
  if (!content.snapshot_handle() && !content.has_group_handle())
    return the_snapshot + " was never checked and stays on the storage";
  return "";
}

Action towards_removal(const Case& c) {
  const ContentView& content = c.content;
  const bool unknown_outcome = content.being_created() && content.is_dynamic() &&
                               !content.is_group_member() && !content.snapshot_handle();
  if (unknown_outcome && !c.pass.deleted) return resolve_create(c);
  if (wants_storage_deleted(content)) {
    if (!c.pass.deleted) {
      DeleteSnapshot next{std::string(*content.snapshot_handle()), content.member_handles()};
      return with_secret(c, secret_ref(content), std::move(next));
    }
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
  return content.driver() == driver && (content.is_dynamic() || content.source_snapshot_handle());
}

std::string listed(const std::vector<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) list += " " + id;
  return list;
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
          [](const ReadAgain&) { return std::string("read again"); },
          [](const CreateSnapshot& a) {
            return "create snapshot " + a.name + " of volume" + listed(a.volumes);
          },
          [](const LookUpSnapshot& a) {
            return "look up snapshot " + a.handle + listed(a.members);
          },
          [](const AssumeReady& a) { return "assume ready snapshot " + a.handle; },
          [](const WriteStatus& a) {
            return "record snapshot " + a.snapshot.handle +
                   (a.snapshot.ready_to_use ? ", ready" : ", not ready");
          },
          [](const WriteError& a) { return "report: " + a.message; },
          [](const UnmarkBeingCreated&) { return std::string("unmark being created"); },
          [](const DeleteSnapshot& a) { return "delete snapshot " + a.handle + listed(a.members); },
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
