#pragma once

#include <string>
#include <utility>

namespace kube {

// Text that must reach neither a log nor an error: it cannot be printed, and whoever wants the
// bytes has to say so.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace kube
