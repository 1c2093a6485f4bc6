#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace csi {

// Overwrites what the string holds, and the room behind it, with zeros that the compiler may not
// leave out; the string is empty then.
void wipe(std::string& text);

// Credentials for one call: cannot be printed, copied or compared, and is overwritten with zeros
// when it goes. What the RPC itself copies is wiped by the client after the call.
class Secrets {
 public:
  Secrets() = default;
  Secrets(Secrets&& other) noexcept : values_(std::move(other.values_)) { other.values_.clear(); }
  Secrets& operator=(Secrets&& other) noexcept;
  Secrets(const Secrets&) = delete;
  Secrets& operator=(const Secrets&) = delete;
  ~Secrets() { wipe(); }

  void set(std::string key, std::string value);
  std::size_t size() const { return values_.size(); }

  // For the one place that fills a request.
  const std::map<std::string, std::string>& values() const { return values_; }

 private:
  void wipe();

  std::map<std::string, std::string> values_;
};

}  // namespace csi
