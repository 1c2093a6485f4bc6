#include "base/error.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

TEST_CASE("an error gathers context on the way up and keeps its kind") {
  const Error refused = Error(ErrorKind::unavailable, "connection refused").with_retry_after(2s);
  const Error told = refused.while_doing("get nodes/a").while_doing("look for the node");
  CHECK(told.text() == "look for the node: get nodes/a: connection refused");
  CHECK(told.kind() == ErrorKind::unavailable);
  CHECK(told.retry_after() == 2000ms);
}

TEST_CASE("to use the value of a failed result is a bug that names the error") {
  const base::Result<int> failed = Error(ErrorKind::not_found, "no such thing");
  CHECK_THROWS_WITH(failed.value(), "unchecked error: no such thing");
}

TEST_CASE("every kind has words") {
  CHECK(base::to_string(ErrorKind::already_exists) == "already exists");
  CHECK(base::to_string(ErrorKind::unknown) == "unknown");
}
