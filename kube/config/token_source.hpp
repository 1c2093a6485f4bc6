#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kube/config/cluster_config.hpp"

namespace kube {

// The bearer token to send now. A token file is opened by path again once its last reading is 50 s
// old (kubelet replaces a projected token at 80 % of its life, which is ten minutes at least), or
// at the next use after refused(). What cannot be read or is empty leaves the old token in place.
class TokenSource {
 public:
  using ReadFile = std::function<base::Result<std::string>(const std::string& path)>;

  TokenSource(Credentials credentials, ReadFile read);

  // Empty when there is none. `now` must not go back.
  const std::string& token(base::Instant now);

  // The server answered 401.
  void refused() { stale_ = true; }

  // Why the last reading of the file failed, told once: for the log.
  std::optional<base::Error> take_trouble() { return std::exchange(trouble_, std::nullopt); }

 private:
  base::Result<void> reread();

  std::string token_;
  std::string file_;
  ReadFile read_;
  base::Instant read_at_{};
  bool stale_ = true;  // the file has never been read, or its token was refused
  std::optional<base::Error> trouble_;
};

}  // namespace kube
