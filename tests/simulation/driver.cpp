#include "tests/simulation/driver.hpp"

#include <utility>
#include <vector>

#include "csi/status.hpp"

namespace simulation {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

// What --timeout is to a real one: short, so that a history is short.
constexpr std::chrono::seconds deadline{10};

const std::vector<ErrorKind> non_final = {ErrorKind::aborted, ErrorKind::cancelled,
                                          ErrorKind::exhausted, ErrorKind::timed_out,
                                          ErrorKind::unavailable};
const std::vector<ErrorKind> final = {ErrorKind::data_loss, ErrorKind::failed_precondition,
                                      ErrorKind::forbidden, ErrorKind::internal,
                                      ErrorKind::invalid,   ErrorKind::not_found,
                                      ErrorKind::unknown,   ErrorKind::unauthenticated};
// As `malformed`: the answer came and could not be believed.
const std::vector<ErrorKind> of_lost_replies = {ErrorKind::unavailable, ErrorKind::timed_out,
                                                ErrorKind::cancelled, ErrorKind::malformed};

Error rpc_error(ErrorKind kind, std::string_view why) {
  return kind == ErrorKind::malformed ? Error(kind, std::string(why))
                                      : csi::rpc_error(csi::grpc_code(kind), why);
}

}  // namespace

Driver::OpenPtr Driver::open(std::string what, std::function<void(Error)> fail) {
  auto call = std::make_shared<Open>();
  call->what = "driver " + std::to_string(replica_ + 1) + ": " + std::move(what);
  call->fail = std::move(fail);
  open_.emplace(++calls_, call);
  world_.trace([&] { return call->what; });
  fail_after(deadline, call, ErrorKind::timed_out, "context deadline exceeded");
  return call;
}

bool Driver::close(const OpenPtr& call) {
  if (call->answered || call->reply_is_lost) return false;
  call->answered = true;
  std::erase_if(open_, [&](const auto& entry) { return entry.second == call; });
  return true;
}

void Driver::fail(const OpenPtr& call, ErrorKind kind, std::string_view why) {
  call->reply_is_lost = false;
  if (!close(call)) return;
  const Error error = rpc_error(kind, why);
  world_.trace([&] { return call->what + " -> " + error.text(); });
  call->fail(error);
}

void Driver::fail_after(std::chrono::nanoseconds wait, const OpenPtr& call, ErrorKind kind,
                        std::string_view why) {
  world_.schedule.after(wait,
                        [this, call, kind, why = std::string(why)] { fail(call, kind, why); });
}

// Whether the driver does not even begin. `rejects`: how likely a final code is.
bool Driver::turned_away(const OpenPtr& call, double rejects) {
  Dice& dice = world_.dice;
  if (world_.schedule.now() < back_at_) {
    fail_after(1ms, call, ErrorKind::unavailable, "connection refused");
    return true;
  }
  if (dice.chance(world_.weather.driver_refuses)) {
    fail_after(dice.between(1ms, 2s), call, dice.one_of(non_final), "not now");
    return true;
  }
  if (dice.chance(rejects)) {
    fail_after(dice.between(1ms, 2s), call, dice.one_of(final), "no");
    return true;
  }
  if (dice.chance(world_.weather.driver_loses_reply)) {
    call->reply_is_lost = true;
    fail_after(dice.between(1ms, 5s), call, dice.one_of(of_lost_replies), "the reply is lost");
  }
  return false;
}

std::chrono::nanoseconds Driver::work() {
  if (world_.dice.chance(world_.weather.driver_is_slow)) return world_.dice.between(1s, 30s);
  return world_.dice.between(2ms, 400ms);
}

// Work that a restarted driver had begun goes on in the storage, or is given up.
bool Driver::given_up(std::uint64_t life) {
  return life != life_ && world_.dice.chance(0.5);
}

void Driver::create(const csi::CreateSnapshotCall& asked, Answer<csi::Snapshot> answer) {
  const std::string name = asked.name;
  const OpenPtr call = open("CreateSnapshot " + name, answer);
  const bool known = world_.storage.at_work(name) || world_.storage.named(name);
  if (turned_away(call,
                  known ? world_.weather.driver_rejects_known : world_.weather.driver_rejects))
    return;
  if (world_.storage.at_work(name))
    return fail_after(2ms, call, ErrorKind::aborted, "an operation for that name is under way");
  const auto reply = [this, name, call, answer] {
    const Storage::Snapshot* made = world_.storage.named(name);
    if (!made) return fail(call, ErrorKind::aborted, "it was deleted meanwhile");
    if (!close(call)) return;
    const csi::Snapshot reported = as_reported(*made, world_.schedule.now());
    world_.trace([&] {
      return call->what + " -> " + made->id + (reported.ready_to_use ? ", ready" : ", not ready");
    });
    answer(reported);
  };
  if (world_.storage.named(name)) {
    world_.schedule.after(work(), reply);
    return;
  }
  world_.storage.begin(name);
  Storage::Snapshot made;
  made.name = name;
  made.volume = asked.source_volume_id;
  made.size = world_.dice.chance(0.8) ? 1000 : 0;
  if (world_.dice.chance(0.8)) made.creation_time_ns = 5;
  const auto until_ready = world_.dice.chance(0.5) ? 0s : world_.dice.between(1ms, 20s);
  world_.schedule.after(work(), [this, made, until_ready, reply, life = life_]() mutable {
    if (given_up(life)) {
      world_.trace([&] { return "storage: gives up " + made.name; });
      world_.storage.give_up(made.name);
    } else {
      world_.trace([&] { return "storage: has made " + made.name; });
      made.ready_at = world_.schedule.now() + until_ready;
      world_.storage.put(made);
    }
    reply();
  });
}

void Driver::remove(const std::string& id, Answer<void> answer) {
  const OpenPtr call = open("DeleteSnapshot " + id, answer);
  if (turned_away(call, world_.weather.driver_rejects)) return;
  if (!removing_.insert(id).second)
    return fail_after(2ms, call, ErrorKind::aborted, "it is being deleted");
  world_.schedule.after(work(), [this, id, call, answer, life = life_] {
    removing_.erase(id);
    if (!given_up(life)) {
      world_.trace([&] { return "storage: has deleted " + id; });
      world_.storage.remove(id);
    }
    if (!close(call)) return;
    world_.trace([&] { return call->what + " -> done"; });
    answer(Result<void>());
  });
}

void Driver::find(const std::string& id, Answer<csi::Snapshot> answer) {
  const OpenPtr call = open("GetSnapshot " + id, answer);
  if (turned_away(call, world_.weather.driver_rejects)) return;
  world_.schedule.after(work(), [this, id, call, answer] {
    const Storage::Snapshot* found = world_.storage.with_id(id);
    if (!found) return fail(call, ErrorKind::not_found, "no such snapshot");
    if (!close(call)) return;
    const csi::Snapshot reported = as_reported(*found, world_.schedule.now());
    world_.trace(
        [&] { return call->what + (reported.ready_to_use ? " -> ready" : " -> not ready"); });
    answer(reported);
  });
}

void Driver::restart() {
  ++life_;
  back_at_ = world_.schedule.now() + world_.dice.between(100ms, 5s);
  world_.trace([&] { return "driver " + std::to_string(replica_ + 1) + ": restarts"; });
  const std::map<std::uint64_t, OpenPtr> waiting = std::exchange(open_, {});
  for (const auto& [number, call] : waiting)
    fail(call, ErrorKind::unavailable, "error reading from server: EOF");
}

}  // namespace simulation
