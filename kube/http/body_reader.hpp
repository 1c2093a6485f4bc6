#pragma once

#include <string_view>

#include "base/error.hpp"

namespace kube {

// Takes the body of a successful answer piece by piece.
class BodyReader {
 public:
  virtual ~BodyReader() = default;

  // The server has accepted; a body follows. Comes again when the request is sent again, and then
  // what came before is void.
  virtual void begin() = 0;
  virtual base::Result<void> feed(std::string_view piece) = 0;
  // Something was handed on that cannot be taken back, so the request must not be sent again.
  virtual bool spoken() const = 0;
};

}  // namespace kube
