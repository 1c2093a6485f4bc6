#include "kube/config/token_source.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kube {
namespace {

// client-go's figures: a token is believed for 60 s and replaced 10 s before that.
constexpr std::chrono::seconds believed_for{50};

std::string trimmed(const std::string& text) {
  constexpr const char* blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// Anything else would end the Authorization header early, or be refused by every server.
bool fits_a_header(const std::string& token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

TokenSource::TokenSource(Credentials credentials, ReadFile read)
    : token_(trimmed(credentials.token.reveal())),
      file_(std::move(credentials.token_file)),
      read_(std::move(read)) {}

const std::string& TokenSource::token(base::Instant now) {
  if (file_.empty() || (!stale_ && now - read_at_ < believed_for)) return token_;
  stale_ = false;
  read_at_ = now;
  if (const base::Result<void> read = reread(); !read) trouble_ = read.error();
  return token_;
}

base::Result<void> TokenSource::reread() {
  const base::Result<std::string> content = read_(file_);
  if (!content) return content.error();
  std::string token = trimmed(*content);
  if (token.empty())
    return base::Error(base::ErrorKind::invalid, "the token file " + file_ + " is empty");
  if (!fits_a_header(token))
    return base::Error(base::ErrorKind::invalid,
                       "the token file " + file_ + " holds more than one line of plain text");
  token_ = std::move(token);
  return {};
}

}  // namespace kube
