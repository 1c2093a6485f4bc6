#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "base/error.hpp"
#include "kube/http/response_parser.hpp"
#include "kube/http/stream.hpp"

namespace kube {

// One HTTP/1.1 connection: request, head, body, and again. Errors are of kind unavailable (the
// connection broke) or malformed (it speaks something else).
class Connection {
 public:
  explicit Connection(std::unique_ptr<Stream> stream);

  // Sends a request and reads the head of its answer.
  boost::asio::awaitable<base::Result<ResponseHead>> exchange(std::string wire);

  // The next piece of the body, valid until the next call; empty: it was read to its end.
  boost::asio::awaitable<base::Result<std::string_view>> read_body();

  void close() { stream_->close(); }

  // Of the current exchange.
  std::size_t sent() const { return sent_; }
  bool answered() const { return answered_; }  // at least one byte came

  // The answer was read to its end and neither side said "close".
  bool reusable() const;
  bool silent() { return stream_->silent(); }

 private:
  boost::asio::awaitable<base::Result<void>> fill();
  base::Result<std::string_view> parse();

  static constexpr std::size_t buffer_size = 16 * 1024;  // bytes; a head must fit

  std::unique_ptr<Stream> stream_;
  std::optional<ResponseParser> parser_;
  std::array<char, buffer_size> buffer_;
  std::size_t begin_ = 0;  // unread bytes: [begin_, end_)
  std::size_t end_ = 0;
  std::size_t sent_ = 0;
  bool answered_ = false;
};

}  // namespace kube
