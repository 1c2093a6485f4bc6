#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "csi/snapshot_driver.hpp"
#include "tests/simulation/api_server.hpp"
#include "tests/simulation/storage.hpp"

namespace simulation {

// What must hold whatever happens (design.md, 4). The first breach ends the history.
class Invariants {
 public:
  Invariants(const ApiServer& api, const Storage& storage) : api_(api), storage_(storage) {}

  const std::optional<std::string>& breach() const { return breach_; }
  void broken(std::string sentence);

  // ---- at every step ----
  void wrote(const ApiServer::Write& write);
  // `holds_lease`: the replica that calls may do so; if not, it is beyond our power.
  void create_begins(int incarnation, bool holds_lease, const csi::CreateSnapshotCall& call);
  void create_ends(int incarnation, const std::string& name);
  void delete_begins(const std::string& snapshot_id);
  void died(int incarnation);
  void lost_lease(int incarnation);

  // The replica has told operators that the storage of this content may stay.
  void left_behind(const std::string& content_uid) { reported_.insert(content_uid); }
  // While this lives, a request is carried out that its sender has given up: after a timeout, or
  // because it has died. A mark that goes in this way is missed by nobody who could set it anew: a
  // create under way then is not known of after a crash. This window is the product's to close, and
  // until then it is not held against it.
  class Late {
   public:
    explicit Late(Invariants& invariants) : late_(invariants.late_) { late_ = true; }
    Late(const Late&) = delete;
    Late& operator=(const Late&) = delete;
    ~Late() { late_ = false; }

   private:
    bool& late_;
  };
  // A person has removed the object by force; nobody can answer for its storage.
  void removed_by_force(const std::string& content_uid) { forced_.insert(content_uid); }

  // ---- once things are quiet ----
  // Why they are not yet: an unfinished content, in a sentence.
  // `looks_up`: the driver can tell of what was imported.
  std::optional<std::string> unfinished(base::Instant now, bool looks_up) const;
  // Checks what nobody owns, for ever.
  void at_rest();
  // From here on the writes to each content are counted, and few.
  void count_writes() { writes_.clear(), counting_ = true; }
  // From here on there is nothing to write or to call at all.
  void expect_silence() { silent_ = true; }

 private:
  struct Owner {
    std::string content_name, content_uid;
  };
  void check_foreign(const ApiServer::Write& write);
  void check_status(const ApiServer::Write& write);
  void check_release(const ApiServer::Write& write);
  void check_late(const ApiServer::Write& write);
  void check_count(const ApiServer::Write& write);
  void called(const std::string& what);
  bool excused(const std::string& content_uid) const;
  bool deletion_was_allowed(const std::string& snapshot_id) const;

  const ApiServer& api_;
  const Storage& storage_;
  std::optional<std::string> breach_;
  std::map<std::string, Owner> owners_;       // by the name that the driver gets
  std::map<std::string, std::string> names_;  // by the uid of the content
  struct Flight {
    int incarnation;
    std::string name, volume;  // volume: of a first create, that has work to do
  };
  std::vector<Flight> creates_;              // in flight, under a lease
  std::set<std::string> reported_, forced_;  // uids of contents
  std::map<std::string, int> writes_;        // by uid
  std::set<std::string> unmarked_late_;      // uids
  bool late_ = false;
  bool counting_ = false;
  bool silent_ = false;
};

}  // namespace simulation
