#include "kube/election/lease_record.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace json = boost::json;
using namespace std::chrono_literals;
using kube::LeaseRecord;

namespace {

// As client-go writes it, with fields that came later or belong to others.
const char* const upstream = R"({
  "apiVersion":"coordination.k8s.io/v1","kind":"Lease",
  "metadata":{"name":"l","namespace":"default","uid":"u","resourceVersion":"7",
              "labels":{"team":"storage"},"annotations":{"note":"keep"},
              "managedFields":[{"manager":"csi-snapshotter"}]},
  "spec":{"holderIdentity":"node-1","leaseDurationSeconds":15,
          "acquireTime":"2025-11-23T12:00:00.000001Z","renewTime":"2025-11-23T12:13:20.123456Z",
          "leaseTransitions":3,"strategy":"OldestEmulationVersion","preferredHolder":"node-2"}})";

}  // namespace

TEST_CASE("a record written by client-go is read") {
  const LeaseRecord record = kube::lease_record(json::parse(upstream));
  CHECK(record.holder == "node-1");
  CHECK(record.duration == 15s);
  CHECK(record.acquire_time == "2025-11-23T12:00:00.000001Z");
  CHECK(record.renew_time == "2025-11-23T12:13:20.123456Z");
  CHECK(record.transitions == 3);
}

TEST_CASE("what is missing or makes no sense counts as not said") {
  for (const char* odd :
       {"{}", "null", "[]", R"({"spec":null})", R"({"spec":7})",
        R"({"spec":{"holderIdentity":7,"leaseDurationSeconds":"15","leaseTransitions":1.5}})",
        R"({"spec":{"leaseDurationSeconds":-1,"leaseTransitions":-9223372036854775808}})"}) {
    INFO(odd);
    CHECK(kube::lease_record(json::parse(odd)) == LeaseRecord());
  }
}

TEST_CASE("writing a record changes nothing else") {
  LeaseRecord record = kube::lease_record(json::parse(upstream));
  record.holder = "node-3";
  record.renew_time = "2025-11-23T13:00:00.000000Z";
  const json::value written = kube::with_record(json::parse(upstream), record);
  json::value expected = json::parse(upstream);
  expected.at("spec").as_object()["holderIdentity"] = "node-3";
  expected.at("spec").as_object()["renewTime"] = "2025-11-23T13:00:00.000000Z";
  CHECK(written == expected);
}

TEST_CASE("labels are added to those that are there") {
  const json::value labelled =
      kube::with_labels(json::parse(upstream), {{"team", "ours"}, {"app", "snapshotter"}});
  CHECK(labelled.at("metadata").at("labels") ==
        json::parse(R"({"team":"ours","app":"snapshotter"})"));
  CHECK(kube::with_labels(kube::new_lease("s", "n"), {{"a", "b"}}) ==
        json::parse(R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
                        "metadata":{"namespace":"s","name":"n","labels":{"a":"b"}}})"));
  CHECK(kube::with_labels(json::parse(upstream), {}) == json::parse(upstream));
}

TEST_CASE("times have six digits of a second, whatever they are") {
  const base::WallTime noon{std::chrono::seconds(1'763'899'200)};
  CHECK(kube::micro_time(noon) == "2025-11-23T12:00:00.000000Z");
  CHECK(kube::micro_time(noon + 1234567ns) == "2025-11-23T12:00:00.001234Z");
  CHECK(kube::micro_time(base::WallTime(-1us)) == "1969-12-31T23:59:59.999999Z");
}
