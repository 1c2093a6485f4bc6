#pragma once

#include <memory>
#include <string>
#include <vector>

namespace kube::test {

struct Pem {
  std::string certificate;
  std::string key;
};

struct Wanted {
  std::vector<std::string> names;  // "DNS:example.org", "IP:127.0.0.1"
  long valid_for = 3600;           // seconds from now; negative: expired already
};

// A certificate authority of its own, made in memory.
class Authority {
 public:
  explicit Authority(const std::string& name);
  ~Authority();

  const std::string& certificate() const { return own_.certificate; }
  Pem issue(const Wanted& wanted) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  Pem own_;
};

}  // namespace kube::test
