#include "tests/unit/kube/cache/work_cache_world.hpp"

// What overtakes what, between the watch, lists and the replies to own writes.

TEST_CASE("own writes") {
  check({
      {"the reply to a write is taken in without news, and so is its echo",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.wrote(thing("12"));
         w.modified(thing("12"));
       },
       {"a appeared"},
       "a@12",
       0},
      {"but what somebody else decided is news, also when a reply tells it first",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.wrote(thing("12", "todo", "delete"));
         w.modified(thing("12", "todo", "delete"));
       },
       {"a appeared", "a changed"},
       "a@12",
       0},
      {"events from before the write do not set it back",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.wrote(thing("12"));
         w.modified(thing("11", "todo", "delete"));
       },
       {"a appeared"},
       "a@12",
       0},
      {"a write that settles is not undone by an older event",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.wrote(thing("12", "ready"));
         w.modified(thing("11"));
         w.modified(thing("12", "ready"));
       },
       {"a appeared"},
       "-",
       1},
      {"a reply that was overtaken by a newer event is passed over",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.modified(thing("13", "todo", "delete"));
         w.wrote(thing("12"));
       },
       {"a appeared", "a changed"},
       "a@13",
       0},
      {"a reply that was overtaken by the event that settles does not unsettle",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.modified(thing("13", "ready"));
         w.wrote(thing("12"));
       },
       {"a appeared"},
       "-",
       1},
      {"a reply after the DELETED event does not raise a ghost",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.deleted(thing("13"));
         w.wrote(thing("12"));
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"a reply after the relist that no longer names it raises none either",
       [](WorkCacheWorld& w) {
         w.list({thing("10")}, "20");
         w.list({}, "30");
         w.wrote(thing("25"));
       },
       {"a appeared", "a vanished"},
       "-",
       0},
      {"nor if the object was settled and forgotten by then",
       [](WorkCacheWorld& w) {
         w.list({thing("10", "ready")}, "20");
         w.list({}, "30");
         w.wrote(thing("25"));
       },
       {},
       "-",
       0},
      {"a write that shows the object as somebody else's is not undone by an older event",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.wrote(thing("12", "theirs"));
         w.modified(thing("11"));
       },
       {"a appeared"},
       "-",
       0},
      {"after a 404 the events still on their way raise none either",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.cache.forget("a", "u1");
         w.modified(thing("11"));
         w.deleted(thing("12"));
         w.modified(thing("11"));
       },
       {"a appeared"},
       "-",
       0},
      {"nor does a page of a list that was read before the 404",
       [](WorkCacheWorld& w) {
         w.cache.begin_list();
         w.cache.forget("a", "u1");
         w.page({thing("10")});
         w.cache.end_list("20");
       },
       {},
       "-",
       0},
      {"a 404 for the object before does not touch the one that has the name now",
       [](WorkCacheWorld& w) {
         w.added(reborn("20"));
         w.cache.forget("a", "u1");
       },
       {"a appeared"},
       "a@20",
       0},
      {"a list page older than an own write does not set it back",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.cache.begin_list();
         w.wrote(thing("25"));
         w.page({thing("10")});
         w.cache.end_list("20");
       },
       {"a appeared"},
       "a@25",
       0},
      {"an object created after the list's version survives the list",
       [](WorkCacheWorld& w) {
         w.cache.begin_list();
         w.wrote(thing("25"));
         w.cache.end_list("20");
       },
       {},
       "a@25",
       0},
      {"so does one that was created and settled",
       [](WorkCacheWorld& w) {
         w.cache.begin_list();
         w.wrote(thing("25", "ready"));
         w.cache.end_list("20");
       },
       {},
       "-",
       1},
      {"a late reply about an object that the list already misses does not keep it",
       [](WorkCacheWorld& w) {
         w.cache.begin_list();
         w.wrote(thing("15"));
         w.cache.end_list("20");
       },
       {"a vanished"},
       "-",
       0},
  });
}

TEST_CASE("one name, two objects") {
  check({
      {"a re-created object is another one",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.modified(reborn("20"));
       },
       {"a appeared", "a vanished", "a appeared"},
       "a@20",
       0},
      {"even if its intent is the same, also in a list",
       [](WorkCacheWorld& w) {
         w.list({thing("10")}, "15");
         w.list({reborn("20")}, "30");
       },
       {"a appeared", "a vanished", "a appeared"},
       "a@20",
       0},
      {"a late deletion of the first does not take the second",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.wrote(reborn("20"));
         w.deleted(thing("15"));
       },
       {"a appeared"},
       "a@20",
       0},
      {"a late event of the first does not bring it back",
       [](WorkCacheWorld& w) {
         w.wrote(reborn("20"));
         w.modified(thing("12"));
       },
       {},
       "a@20",
       0},
      {"a late reply for the first does not bring it back, even after both are gone",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.added(reborn("20"));
         w.deleted(reborn("30"));
         w.wrote(thing("12"));
       },
       {"a appeared", "a vanished", "a appeared", "a vanished"},
       "-",
       0},
      {"a list page that still has the first does not replace the second",
       [](WorkCacheWorld& w) {
         w.cache.begin_list();
         w.wrote(reborn("25"));
         w.page({thing("10")});
         w.cache.end_list("20");
       },
       {},
       "a@25",
       0},
  });
}

TEST_CASE("selections") {
  check({
      {"an object that left the selection and came back is not held for dead",
       [](WorkCacheWorld& w) {
         w.added(thing("10"));
         w.deleted(thing("11"));
         w.added(thing("12"));
       },
       {"a appeared", "a vanished", "a appeared"},
       "a@12",
       0},
  });
}

TEST_CASE("versions") {
  check({
      {"versions beyond 64 bits are compared like any other",
       [](WorkCacheWorld& w) {
         w.wrote(thing("100000000000000000002", "ready"));
         w.modified(thing("100000000000000000001"));
       },
       {},
       "-",
       1},
      {"versions that are no numbers: what comes last stands",
       [](WorkCacheWorld& w) {
         w.added(thing("x"));
         w.modified(thing("v", "ready"));
         w.modified(thing("w"));
       },
       {"a appeared", "a appeared"},
       "a@w",
       0},
  });
}
