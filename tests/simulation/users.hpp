#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/simulation/world.hpp"

namespace simulation {

// Everybody else who writes to the API server: people who want snapshots and want them deleted, the
// snapshot-controller that marks, administrators who tear things out, and programs that leave notes
// and finalizers on other people's objects. Their writes succeed at once; when is up to the dice.
class Users {
 public:
  explicit Users(World& world) : world_(world) {}

  // Plans what all of them do within this time.
  void start(std::chrono::nanoseconds horizon);
  // What was begun is ended: what is to be deleted is asked to be, what is missing is there, and
  // nobody's finalizers are left.
  void finish();

 private:
  // One content that somebody wants. Its name may come again, as another object.
  struct Wish {
    std::string name;
    std::string driver;
    std::string policy = "Delete";
    std::string class_name = "fast";
    std::string volume;
    std::string source_handle;  // pre-provisioned
    std::string uid;            // of the object; empty: not created yet
    std::string ref_uid;
    bool bound = true;
    bool with_secret = false;
    bool to_be_deleted = false;
    bool to_be_created_again = false;
  };
  using Deed = std::function<void()>;

  void plan_wish(int number, std::chrono::nanoseconds horizon);
  void plan_deletion(Wish& wish, std::chrono::nanoseconds earliest);
  void plan_notes(Wish& wish, std::chrono::nanoseconds horizon);
  void create(Wish& wish);
  void create_again_later(Wish& wish);
  void mark_being_deleted(Wish& wish);
  void remove(Wish& wish);
  void change_policy(Wish& wish);
  void tear_out(Wish& wish);
  void edit(Wish& wish, const std::string& what,
            const std::function<void(boost::json::value& object)>& change);
  ApiServer::Object object_of(const Wish& wish) const;
  void put_class(const std::string& name);
  void put_secret();
  void say(const std::string& what) const;
  // Does it then, unless finish() came before.
  void later(std::chrono::nanoseconds wait, Deed deed);

  World& world_;
  std::vector<Wish> wishes_;  // none is added after start()
  bool finished_ = false;
  int refs_ = 0;
};

}  // namespace simulation
