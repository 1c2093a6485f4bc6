#pragma once

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sidecar {

// Who may go first where only one may go at once: creates of one source volume, calls for one name.
// Nobody waits inside: who is not let through is called when its turn has come, so that a hundred
// snapshots of one volume do not keep all workers waiting.
class Turnstile {
 public:
  using Call = std::function<void()>;  // adds the caller's key to its queue; must not call back

  // True: `who` is first in line for all of `turns` and stays so until leave(). False: it has a
  // place in each line, and `call` is called once it is first in all. Asked again, a `who` that
  // asks for the same keeps its places; for something else, it leaves and queues up anew.
  bool enter(const std::string& who, const std::vector<std::string>& turns, Call call);

  // Gives up all places, first or not. Owed by everybody who was let through or called, also when
  // there was nothing left to do: the next in line waits for it.
  void leave(const std::string& who);

  std::size_t lines() const { return lines_.size(); }

 private:
  struct Visitor {
    std::vector<std::string> turns;
    Call call;
  };
  bool is_first(const std::string& who, const Visitor& visitor) const;

  // A line holds everybody in the order of arrival; all lines agree on that order, so that no two
  // can wait for each other.
  std::unordered_map<std::string, std::deque<std::string>> lines_;
  std::unordered_map<std::string, Visitor> visitors_;
};

}  // namespace sidecar
