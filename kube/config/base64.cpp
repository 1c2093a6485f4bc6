#include "kube/config/base64.hpp"

#include <cstdint>

namespace kube {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;  // 24 bits, the missing ones zero
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += at + i > bytes.size() ? '=' : alphabet[group >> (18 - 6 * i) & 63];
  }
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  int digits = 0;  // of the group, padding included
  int padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    const auto value = alphabet.find(c);
    if (c != '=' && (value == std::string_view::npos || padding > 0)) return std::nullopt;
    if (c == '=' && (digits < 2 || ++padding > 2)) return std::nullopt;
    group = group << 6 | (c == '=' ? 0U : static_cast<std::uint32_t>(value));
    if (++digits < 4) continue;
    for (int i = 0; i < 3 - padding; ++i) bytes += static_cast<char>(group >> (16 - 8 * i) & 255);
    group = 0;
    digits = 0;
  }
  if (digits != 0) return std::nullopt;
  return bytes;
}

}  // namespace kube
