#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulation/simulation.hpp"

namespace {

using simulation::Sabotage;

constexpr const char* usage =
    "simulate [--histories N] [--first-seed N] [--break RULE] [--within N]\n"
    "simulate --seed N [--trace] [--break RULE]\n"
    "  RULE: mark-after-call, release-before-delete, ignore-lost-reply, patch-whole-map,\n"
    "        forget-timer. With --within N it is an error if N histories do not find it.\n";

struct Arguments {
  std::uint64_t histories = 1000;
  std::uint64_t first_seed = 1;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> within;
  bool trace = false;
  Sabotage sabotage = Sabotage::none;
  std::string rule;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool take(Arguments& arguments, std::string_view flag, std::string_view value) {
  if (flag == "--break") {
    const auto rule = simulation::sabotage_named(value);
    arguments.rule = value;
    arguments.sabotage = rule.value_or(Sabotage::none);
    return rule.has_value();
  }
  const auto count = number(value);
  if (!count) return false;
  if (flag == "--histories") arguments.histories = *count;
  if (flag == "--first-seed") arguments.first_seed = *count;
  if (flag == "--seed") arguments.seed = *count;
  if (flag == "--within") arguments.within = *count;
  return flag == "--histories" || flag == "--first-seed" || flag == "--seed" || flag == "--within";
}

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int at = 1; at < argc; ++at) {
    if (std::strcmp(argv[at], "--trace") == 0) {
      arguments.trace = true;
    } else if (at + 1 == argc || !take(arguments, argv[at], argv[at + 1])) {
      return std::nullopt;
    } else {
      ++at;
    }
  }
  return arguments;
}

void report(const Arguments& arguments, std::uint64_t seed, const std::string& breach) {
  const std::string rule = arguments.rule.empty() ? "" : " --break " + arguments.rule;
  std::printf("seed %llu: %s\nto read this history: ./dev simulate --seed %llu --trace%s\n",
              static_cast<unsigned long long>(seed), breach.c_str(),
              static_cast<unsigned long long>(seed), rule.c_str());
}

void print(const std::string& line) {
  std::printf("%s\n", line.c_str());
}

int one(const Arguments& arguments) {
  const auto sink = arguments.trace ? simulation::Trace::Sink(print) : nullptr;
  const simulation::Verdict verdict = simulate(*arguments.seed, arguments.sabotage, sink);
  if (!verdict.breach) {
    std::printf("seed %llu: all is well\n", static_cast<unsigned long long>(*arguments.seed));
    return 0;
  }
  report(arguments, *arguments.seed, *verdict.breach);
  return 1;
}

int many(const Arguments& arguments) {
  std::uint64_t events = 0;
  for (std::uint64_t count = 0; count < arguments.histories; ++count) {
    const std::uint64_t seed = arguments.first_seed + count;
    const simulation::Verdict verdict = simulate(seed, arguments.sabotage, nullptr);
    events += verdict.events;
    if (!verdict.breach) continue;
    report(arguments, seed, *verdict.breach);
    if (!arguments.within) return 1;
    std::printf("found after %llu histories\n", static_cast<unsigned long long>(count + 1));
    return 0;
  }
  std::printf("%llu histories, %llu events: all is well\n",
              static_cast<unsigned long long>(arguments.histories),
              static_cast<unsigned long long>(events));
  return arguments.within ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::optional<Arguments> arguments = parse(argc, argv);
  if (!arguments) {
    std::fputs(usage, stderr);
    return 2;
  }
  if (arguments->within) arguments->histories = *arguments->within;
  return arguments->seed ? one(*arguments) : many(*arguments);
}
