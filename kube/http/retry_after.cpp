#include "kube/http/retry_after.hpp"

#include <algorithm>
#include <charconv>

namespace kube {

std::optional<std::chrono::seconds> retry_after(std::string_view header) {
  constexpr std::size_t max_digits = 6;  // eleven days; more is a broken server
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (header.empty() || header.size() > max_digits) return std::nullopt;
  if (!std::all_of(header.begin(), header.end(), is_digit)) return std::nullopt;
  int seconds = 0;
  std::from_chars(header.data(), header.data() + header.size(), seconds);
  return std::chrono::seconds(seconds);
}

}  // namespace kube
