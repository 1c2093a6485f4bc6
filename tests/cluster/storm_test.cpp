#include <catch2/catch.hpp>

#include "tests/cluster/cluster.hpp"

using namespace tests;
using Json = Cluster::Json;

namespace {

const std::string contents_path = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/";

// Under a sanitizer everything takes many times as long, and a fifth of it shows as much.
#ifdef __SANITIZE_ADDRESS__
constexpr int count = 200;
#else
constexpr int count = 1000;
#endif
constexpr int notes = 12;

std::string content_name(int number) {
  return "content-" + std::to_string(number);
}

// Somebody else who writes to the same contents, at the same time: twelve annotations on each, one
// by one, a label on every seventh and a finalizer on every tenth.
class ForeignWriter {
 public:
  explicit ForeignWriter(Cluster& cluster) : cluster_(cluster) {}

  // `front` is how many contents are done. From twelve ahead of it to ten behind, each gets one
  // note when the front moves by two, so that they fall between and into all of our writes.
  void keep_up_with(int front) {
    for (; front_ < front; ++front_)
      for (int note = 0; note < notes; ++note) write(front_ + notes - 2 * note, note);
  }
  bool done() const { return written_ == count * notes; }

  static bool labels(int number) { return number % 7 == 0; }
  static bool holds(int number) { return number % 10 == 0; }

 private:
  void write(int number, int note) {
    if (number < 0 || number >= count) return;
    Json metadata = {{"annotations", {{"example.com/note-" + std::to_string(note), "mine"}}}};
    if (note == 3 && labels(number)) metadata["labels"] = {{"example.com/seventh", "yes"}};
    if (note == 6 && holds(number)) {
      metadata["finalizers"] = cluster_.content(content_name(number))["metadata"]["finalizers"];
      metadata["finalizers"].push_back("example.com/hold");
    }
    cluster_.request("PATCH", contents_path + content_name(number), {{"metadata", metadata}},
                     "application/merge-patch+json");
    ++written_;
  }

  Cluster& cluster_;
  int front_ = -notes;
  int written_ = 0;
};

int foreign_notes(const Json& content) {
  int found = 0;
  for (const auto& [key, value] : content["metadata"]["annotations"].items())
    if (key.starts_with("example.com/note-") && value == "mine") ++found;
  return found;
}

void ask_for_snapshots(Cluster& cluster) {
  cluster.add_class("fast");
  std::vector<std::string> volumes;
  for (int i = 0; i < 10; ++i) volumes.push_back(cluster.add_volume("volume-" + std::to_string(i)));
  for (int i = 0; i < count; ++i) cluster.add_content(content_name(i), volumes[i % 10]);
}

}  // namespace

TEST_CASE("a thousand contents while others write to them: nothing of theirs is lost") {
  Cluster cluster;
  ask_for_snapshots(cluster);
  ForeignWriter writer(cluster);
  const auto sidecar = cluster.sidecar({"--retry-interval-start=20ms"});
  REQUIRE(cluster.run_until([&] {
    const bool all = cluster.ready() == count;
    const int front = static_cast<int>(cluster.driver().store().snapshots().size());
    writer.keep_up_with(all ? count + 2 * notes : front);
    return all && writer.done();
  }));
  CHECK(cluster.snapshots_on_disk() == count);
  int held = 0;
  for (int i = 0; i < count; ++i) {
    INFO(content_name(i));
    const Json content = cluster.content(content_name(i));
    CHECK(foreign_notes(content) == notes);
    CHECK(content["metadata"]["annotations"].size() == notes);  // and no mark of ours is left
    CHECK(content["metadata"].contains("labels") == ForeignWriter::labels(i));
    const std::size_t finalizers = ForeignWriter::holds(i) ? 2 : 1;
    CHECK(content["metadata"]["finalizers"].size() == finalizers);
    if (ForeignWriter::holds(i)) ++held;
  }

  for (int i = 0; i < count; ++i) cluster.delete_content(content_name(i));
  REQUIRE(cluster.run_until([&] {
    return cluster.contents() == static_cast<std::size_t>(held) && cluster.snapshots_on_disk() == 0;
  }));
  const auto released = [&](int i) {
    const Json finalizers = cluster.content(content_name(i))["metadata"]["finalizers"];
    return finalizers == Json::array({"example.com/hold"});
  };
  for (int i = 0; i < count; ++i)
    if (ForeignWriter::holds(i)) {
      INFO(content_name(i));
      CHECK(cluster.run_until([&] { return released(i); }));
      CHECK_FALSE(cluster.content(content_name(i))["status"].contains("snapshotHandle"));
      CHECK(foreign_notes(cluster.content(content_name(i))) == notes);
    }
}
