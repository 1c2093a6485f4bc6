#include "kube/election/election_options.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result_printer.hpp"

using namespace std::chrono_literals;
using kube::ElectionOptions;

TEST_CASE("timings that could give two leaders are refused") {
  struct Row {
    const char* sentence;
    std::chrono::nanoseconds lease, renew, retry;
    const char* error;  // empty: fine
  };
  const Row table[] = {
      {"the defaults of the flags", 15s, 10s, 5s, ""},
      {"the retry period of vendors with one replica", 137s, 107s, 26s, ""},
      {"no lease duration", 0s, 10s, 5s,
       "--leader-election-lease-duration must be more than 0, not 0s"},
      {"a negative deadline", 15s, -1s, 5s,
       "--leader-election-renew-deadline must be more than 0, not -1s"},
      {"no retry period", 15s, 10s, 0s,
       "--leader-election-retry-period must be more than 0, not 0s"},
      {"the Lease would say 0 seconds", 900ms, 10ms, 1ms,
       "--leader-election-lease-duration must be at least 1s, not 900ms"},
      {"others would begin when we end", 10s, 10s, 5s,
       "--leader-election-lease-duration must be longer than --leader-election-renew-deadline, but "
       "10s is not longer than 10s"},
      {"the Lease drops the half second that made the difference", 10500ms, 10200ms, 5s,
       "--leader-election-lease-duration must be longer than --leader-election-renew-deadline, but "
       "10s is not longer than 10.2s"},
      {"no time for a second try", 15s, 6s, 5s,
       "--leader-election-renew-deadline must be longer than 1.2 times "
       "--leader-election-retry-period, but 6s is not longer than 6s"},
  };
  for (const Row& row : table) {
    INFO(row.sentence);
    ElectionOptions options;
    options.identity = "a";
    options.lease_duration = row.lease;
    options.renew_deadline = row.renew;
    options.retry_period = row.retry;
    const base::Result<void> checked = check(options);
    CHECK((checked ? "" : checked.error().text()) == row.error);
  }
}

TEST_CASE("an election needs an identity") {
  const base::Result<void> checked = check(ElectionOptions());
  REQUIRE(checked.has_error());
  CHECK(checked.error().kind() == base::ErrorKind::invalid);
}

TEST_CASE("a request may take half of the deadline, but at least a second") {
  ElectionOptions options;
  CHECK(options.request_timeout() == 5s);
  options.renew_deadline = 1500ms;
  CHECK(options.request_timeout() == 1s);
}
