#include "sidecar/turnstile.hpp"

#include <catch2/catch.hpp>

using sidecar::Turnstile;
using Names = std::vector<std::string>;

namespace {

struct World {
  bool enter(const std::string& who, const Names& turns) {
    return turnstile.enter(who, turns, [this, who] { called.push_back(who); });
  }
  Names leave(const std::string& who) {
    called.clear();
    turnstile.leave(who);
    return called;
  }

  Turnstile turnstile;
  Names called;
};

}  // namespace

TEST_CASE("one after another where they meet, side by side where they do not") {
  World w;
  CHECK(w.enter("a", {"volume 1"}));
  CHECK_FALSE(w.enter("b", {"volume 1"}));
  CHECK_FALSE(w.enter("c", {"volume 1"}));
  CHECK(w.enter("d", {"volume 2"}));
  CHECK(w.leave("a") == Names{"b"});
  CHECK(w.enter("b", {"volume 1"}));
  CHECK_FALSE(w.enter("a", {"volume 1"}));  // behind c now
  CHECK(w.leave("b") == Names{"c"});
  CHECK(w.leave("c") == Names{"a"});
  CHECK(w.leave("a").empty());
  CHECK(w.leave("d").empty());
  CHECK(w.turnstile.lines() == 0);
}

TEST_CASE("asking again keeps the place and calls once") {
  World w;
  CHECK(w.enter("a", {"volume 1"}));
  CHECK(w.enter("a", {"volume 1"}));
  CHECK_FALSE(w.enter("b", {"volume 1"}));
  CHECK_FALSE(w.enter("b", {"volume 1"}));
  CHECK(w.leave("a") == Names{"b"});
  CHECK(w.leave("b").empty());
}

TEST_CASE("who was called and has nothing to do any more does not stop the line") {
  World w;
  w.enter("a", {"volume 1"});
  w.enter("b", {"volume 1"});
  w.enter("c", {"volume 1"});
  CHECK(w.leave("a") == Names{"b"});
  CHECK(w.leave("b") == Names{"c"});
}

TEST_CASE("who gives up in the middle of the line wakes nobody") {
  World w;
  w.enter("a", {"volume 1"});
  w.enter("b", {"volume 1"});
  w.enter("c", {"volume 1"});
  CHECK(w.leave("b").empty());
  CHECK(w.leave("a") == Names{"c"});
}

TEST_CASE("a group waits until all its volumes are free, and nobody waits for each other") {
  World w;
  CHECK(w.enter("a", {"volume 1"}));
  CHECK(w.enter("b", {"volume 2"}));
  CHECK_FALSE(w.enter("group", {"volume 2", "volume 1", "volume 1"}));
  CHECK_FALSE(w.enter("other group", {"volume 1", "volume 2"}));
  CHECK(w.leave("a").empty());
  CHECK(w.leave("b") == Names{"group"});
  CHECK(w.enter("group", {"volume 2", "volume 1", "volume 1"}));
  CHECK(w.leave("group") == Names{"other group"});
  CHECK(w.leave("other group").empty());
  CHECK(w.turnstile.lines() == 0);
}

TEST_CASE("who asks for something else queues up anew") {
  World w;
  w.enter("a", {"volume 1"});
  w.enter("b", {"volume 1"});
  CHECK(w.enter("b", {"volume 2"}));
  CHECK(w.leave("a").empty());
}
