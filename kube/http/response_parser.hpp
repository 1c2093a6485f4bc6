#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace kube {

// What a response says before its body.
class ResponseHead {
 public:
  ResponseHead() = default;

  int status = 0;
  std::string media_type;  // lower case, without parameters
  std::optional<std::chrono::seconds> retry_after;
  std::vector<std::string> warnings;  // values of Warning headers, as they came

  bool success() const { return status >= 200 && status <= 206; }
};

// Cuts one HTTP/1.1 response out of the bytes it is fed; holds no socket and copies no body. The
// body as a whole has no limit (a watch has no end), the head may have 16 KiB.
class ResponseParser {
 public:
  ResponseParser();
  ~ResponseParser();
  ResponseParser(const ResponseParser&) = delete;
  ResponseParser& operator=(const ResponseParser&) = delete;

  struct Step {
    std::size_t consumed = 0;  // 0: more bytes are needed, these included
    std::string_view body;     // a piece of the body, inside the bytes fed
  };
  // Call again with what was not consumed. Must not be called when done().
  base::Result<Step> feed(std::string_view bytes);

  // The peer has closed. Ends a body that has neither length nor chunks, else it is an error.
  base::Result<void> end_of_input();

  bool head_done() const;
  bool done() const;
  bool keep_alive() const;  // the connection may carry another request once done()
  const ResponseHead& head() const;

 private:
  class Fields;  // keeps Boost.Beast out of this header
  std::unique_ptr<Fields> fields_;
};

}  // namespace kube
