#include "base/process_figures.hpp"

#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/exposition.hpp"
#include "tests/support/fresh_folder.hpp"

namespace {

// A /proc of the few files that are read.
struct Proc {
  explicit Proc(const std::string& stat) {
    std::filesystem::create_directories(folder.path() / "self" / "fd");
    std::ofstream(folder.path() / "self" / "stat") << stat;
    std::ofstream(folder.path() / "stat")
        << "cpu  1 2 3\nintr 5 6\nbtime 1700000000\nprocesses 9\n";
    for (const char* fd : {"0", "1", "2", "17"}) std::ofstream(folder.path() / "self" / "fd" / fd);
  }
  std::string path() const { return folder.path().string(); }

  tests::FreshFolder folder;
};

const std::string tail =
    " S 1 2 3 0 -1 4194560 500 0 0 0 1230 70 0 0 20 0 3 0 4200 98765432 321 18446744073709551615 1";

}  // namespace

TEST_CASE("figures are read whatever the program is called") {
  for (const char* name : {"csi-snapshotter", "a b", "x) S 9 (y", ""}) {
    INFO(name);
    const Proc proc("17 (" + std::string(name) + ")" + tail + "\n");
    const auto figures = base::read_process_figures(proc.path());
    REQUIRE(figures);
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    CHECK(figures->cpu_seconds == Approx(1300 / ticks));
    CHECK(figures->start_time == Approx(1700000000 + 4200 / ticks).margin(0.001));
    CHECK(figures->virtual_bytes == 98765432);
    CHECK(figures->resident_bytes == 321.0 * static_cast<double>(sysconf(_SC_PAGESIZE)));
    CHECK(figures->open_fds == 3);
    CHECK(figures->max_fds > 3);
  }
}

TEST_CASE("another shape is no figures") {
  CHECK(!base::read_process_figures("/nonexistent"));
  CHECK(!base::read_process_figures(Proc("").path()));
  CHECK(!base::read_process_figures(Proc("17 (x) S 1 2").path()));
}

TEST_CASE("this process has figures that can be true") {
  base::Metrics metrics;
  base::add_process_metrics(metrics);
  const tests::Exposition page(metrics.expose());
  const auto now = static_cast<double>(time(nullptr));
  CHECK(page.family("process_cpu_seconds_total").type == "counter");
  CHECK(page.value("process_start_time_seconds") <= now + 1);
  CHECK(page.value("process_start_time_seconds") > now - 3600);
  CHECK(page.value("process_resident_memory_bytes") > 1e6);
  CHECK(page.value("process_virtual_memory_bytes") > page.value("process_resident_memory_bytes"));
  CHECK(page.value("process_open_fds") >= 3);
  CHECK(page.value("process_max_fds") >= page.value("process_open_fds"));
}
