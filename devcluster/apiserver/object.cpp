#include "devcluster/apiserver/object.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <random>

namespace devcluster::apiserver {

namespace {

constexpr std::size_t max_subdomain_length = 253;  // RFC 1123, as Kubernetes reads it
constexpr std::size_t max_label_length = 63;

std::mt19937_64& random_bits() {
  static std::mt19937_64 engine{std::random_device{}()};
  return engine;
}

bool alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view text) {
  const auto allowed = [](char c) { return alphanumeric(c) || c == '-'; };
  return !text.empty() && alphanumeric(text.front()) && alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool is_subdomain(std::string_view text) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

const Json* at_path(const Json& value, std::string_view dotted) {
  if (dotted.starts_with('.')) dotted.remove_prefix(1);
  const Json* at = &value;
  while (at && !dotted.empty()) {
    const std::size_t dot = dotted.find('.');
    at = member(*at, dotted.substr(0, dot));
    dotted.remove_prefix(dot == std::string_view::npos ? dotted.size() : dot + 1);
  }
  return at;
}

std::string name_of(const Json& object) {
  return std::string(text(object, "metadata", "name"));
}
std::string namespace_of(const Json& object) {
  return std::string(text(object, "metadata", "namespace"));
}
std::string uid_of(const Json& object) {
  return std::string(text(object, "metadata", "uid"));
}
std::string version_of(const Json& object) {
  return std::string(text(object, "metadata", "resourceVersion"));
}

std::vector<std::string> finalizers_of(const Json& object) {
  std::vector<std::string> names;
  for (const Json& name : list(object, "metadata", "finalizers"))
    if (name.is_string()) names.push_back(name.get<std::string>());
  return names;
}

bool being_deleted(const Json& object) {
  return !text(object, "metadata", "deletionTimestamp").empty();
}

std::string rfc3339(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> out{};
  const std::size_t length = std::strftime(out.data(), out.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return std::string(out.data(), length);
}

std::string new_uid() {
  const std::uint64_t high = (random_bits()() & ~0xF000ULL) | 0x4000ULL;       // version 4
  const std::uint64_t low = (random_bits()() & ~(3ULL << 62)) | (2ULL << 62);  // RFC 4122 variant
  std::array<char, 40> out{};
  std::snprintf(out.data(), out.size(), "%08llx-%04llx-%04llx-%04llx-%012llx",
                static_cast<unsigned long long>(high >> 32),
                static_cast<unsigned long long>(high >> 16 & 0xFFFF),
                static_cast<unsigned long long>(high & 0xFFFF),
                static_cast<unsigned long long>(low >> 48),
                static_cast<unsigned long long>(low & 0xFFFFFFFFFFFFULL));
  return out.data();
}

std::string name_suffix() {
  constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
  std::string suffix;
  while (suffix.size() < 5) suffix += letters[random_bits()() % letters.size()];
  return suffix;
}

std::string subdomain_problem(std::string_view name) {
  if (name.size() > max_subdomain_length) return "must be no more than 253 characters";
  if (is_subdomain(name)) return {};
  return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "
         "or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex "
         "used for validation is "
         "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
}

std::string label_problem(std::string_view name) {
  if (name.size() > max_label_length) return "must be no more than 63 characters";
  if (is_label(name)) return {};
  return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
         "and "
         "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
         "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
}

std::int64_t decimal(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  return text.empty() || problem != std::errc() || stop != end || number < 0 ? -1 : number;
}

}  // namespace devcluster::apiserver
