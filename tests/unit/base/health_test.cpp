#include "base/health.hpp"

#include <catch2/catch.hpp>

using base::DiagnosticsReply;
using base::DiagnosticsRequest;

namespace {

base::HealthCheck well() {
  return [] { return std::nullopt; };
}

base::HealthCheck unwell(std::string reason) {
  return [reason] { return reason; };
}

}  // namespace

TEST_CASE("a health page says ok, or what is not and why") {
  struct Row {
    const char* sentence;
    std::vector<std::pair<std::string, base::HealthCheck>> checks;
    const char* query;
    unsigned status;
    const char* body;
  };
  const Row table[] = {
      {"nothing to check is well", {}, "", 200, "ok"},
      {"all are well", {{"driver", well()}, {"lease", well()}}, "", 200, "ok"},
      {"one is not",
       {{"driver", unwell("not connected for 12s")}, {"lease", well()}},
       "",
       500,
       "[-]driver: not connected for 12s\n"},
      {"each that is not, in the order they were added",
       {{"lease", unwell("lost")}, {"cache", well()}, {"driver", unwell("gone")}},
       "",
       500,
       "[-]lease: lost\n[-]driver: gone\n"},
      {"verbose lists all",
       {{"driver", well()}, {"lease", well()}},
       "verbose",
       200,
       "[+]driver: ok\n[+]lease: ok\nreadyz check passed\n"},
      {"verbose lists all, also when unwell",
       {{"driver", well()}, {"lease", unwell("lost")}},
       "verbose=true&x=y",
       500,
       "[+]driver: ok\n[-]lease: lost\nreadyz check failed\n"},
      {"a reason stays one line",
       {{"driver", unwell("it said:\r\n\"no\"\n[+]lease: ok")}},
       "",
       500,
       "[-]driver: it said:  \"no\" [+]lease: ok\n"},
      {"other queries change nothing", {{"driver", well()}}, "verbosely", 200, "ok"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    base::Health health("readyz");
    for (const auto& [name, check] : row.checks) health.add(name, check);
    const DiagnosticsReply reply = health.answer(DiagnosticsRequest("/readyz", row.query));
    CHECK(reply.status == row.status);
    CHECK(reply.body == row.body);
  }
}

TEST_CASE("the health of one thing reads as client-go's") {
  CHECK(base::health_of(well()).status == 200);
  CHECK(base::health_of(well()).body == "ok");
  const DiagnosticsReply ill = base::health_of(unwell("not renewed for 40s"));
  CHECK(ill.status == 500);
  CHECK(ill.body == "internal server error: not renewed for 40s\n");
}
