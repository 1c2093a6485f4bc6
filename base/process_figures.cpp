#include "base/process_figures.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <utility>

namespace base {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Seconds since the epoch at which the machine was booted.
std::optional<double> boot_time(const std::string& proc) {
  std::ifstream file(proc + "/stat");
  std::string word;
  double seconds = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    if (words >> word >> seconds && word == "btime") return seconds;
  }
  return std::nullopt;
}

double count_fds(const std::string& proc) {
  std::error_code failed;
  double count = 0;
  std::filesystem::directory_iterator entries(proc + "/self/fd", failed);
  for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed))
    ++count;
  return count > 0 ? count - 1 : 0;  // without the one that reads the folder
}

double max_fds() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::optional<ProcessFigures> read_process_figures(const std::string& proc) {
  const std::string stat = content_of(proc + "/self/stat");
  // The second field is the program's name, in brackets, and may hold spaces and brackets.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0, start = 0, virtual_bytes = 0, resident_pages = 0;
  fields >> user >> system;
  for (int field = 16; field < 22; ++field) fields >> skipped;
  fields >> start >> virtual_bytes >> resident_pages;
  const std::optional<double> booted = boot_time(proc);
  if (!fields || !booted) return std::nullopt;

  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  ProcessFigures figures;
  figures.cpu_seconds = (user + system) / ticks;
  figures.virtual_bytes = virtual_bytes;
  figures.resident_bytes = resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
  figures.start_time = *booted + start / ticks;
  figures.open_fds = count_fds(proc);
  figures.max_fds = max_fds();
  return figures;
}

void add_process_metrics(Metrics& metrics) {
  const auto figure = [](double ProcessFigures::*which) {
    return [which]() -> std::vector<Metrics::Sample> {
      const std::optional<ProcessFigures> figures = read_process_figures();
      if (!figures) return {};
      return {Metrics::Sample({}, (*figures).*which)};
    };
  };
  metrics.collected_counters("process_cpu_seconds_total", "Processor time used, in seconds.",
                             figure(&ProcessFigures::cpu_seconds));
  metrics.collected_gauges("process_resident_memory_bytes", "Memory in RAM, in bytes.",
                           figure(&ProcessFigures::resident_bytes));
  metrics.collected_gauges("process_virtual_memory_bytes", "Address space in use, in bytes.",
                           figure(&ProcessFigures::virtual_bytes));
  metrics.collected_gauges("process_start_time_seconds",
                           "When the process was started, in seconds since the epoch.",
                           figure(&ProcessFigures::start_time));
  metrics.collected_gauges("process_open_fds", "File descriptors in use.",
                           figure(&ProcessFigures::open_fds));
  metrics.collected_gauges("process_max_fds", "File descriptors that the process may have.",
                           figure(&ProcessFigures::max_fds));
}

}  // namespace base
