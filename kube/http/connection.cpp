#include "kube/http/connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/error.hpp>

namespace kube {
namespace {

namespace asio = boost::asio;

base::Error broken(const boost::system::error_code& why) {
  return base::Error(base::ErrorKind::unavailable, "the connection broke: " + why.message());
}

// A proxy's "100 Continue" or "103 Early Hints" is not the answer.
bool is_interim(int status) {
  return status >= 100 && status < 200 && status != 101;
}

}  // namespace

Connection::Connection(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

asio::awaitable<base::Result<ResponseHead>> Connection::exchange(std::string wire) {
  parser_.emplace();
  answered_ = false;
  const Io written = co_await stream_->write(asio::buffer(wire));
  sent_ = written.bytes;
  // A server that refuses early may have answered before it closed; the read below would tell, but
  // it may also wait for ever on a half-written request.
  if (written.why) co_return broken(written.why);
  for (;;) {
    const base::Result<std::string_view> nothing = parse();
    if (!nothing) co_return nothing.error();
    if (parser_->head_done() && !is_interim(parser_->head().status)) break;
    if (parser_->head_done()) {
      parser_.emplace();  // the answer itself follows, perhaps already in the buffer
      continue;
    }
    const base::Result<void> filled = co_await fill();
    if (!filled) co_return filled.error();
  }
  co_return parser_->head();
}

asio::awaitable<base::Result<std::string_view>> Connection::read_body() {
  while (!parser_->done()) {
    const base::Result<std::string_view> piece = parse();
    if (!piece || !piece->empty()) co_return piece;
    if (parser_->done()) break;
    const base::Result<void> filled = co_await fill();
    if (!filled) co_return filled.error();
  }
  co_return std::string_view();
}

// Stops after the head, after each piece of the body, and when more bytes are needed.
base::Result<std::string_view> Connection::parse() {
  const bool in_head = !parser_->head_done();
  while (begin_ < end_ && !parser_->done()) {
    const auto step = parser_->feed(std::string_view(buffer_.data() + begin_, end_ - begin_));
    if (!step) return step.error();
    begin_ += step->consumed;
    if (!step->body.empty()) return step->body;
    if (step->consumed == 0 || in_head == parser_->head_done()) break;
  }
  return std::string_view();
}

asio::awaitable<base::Result<void>> Connection::fill() {
  std::copy(buffer_.begin() + begin_, buffer_.begin() + end_, buffer_.begin());
  end_ -= std::exchange(begin_, 0);
  if (end_ == buffer_size)
    co_return base::Error(base::ErrorKind::malformed, "the head of the answer is too long");
  const Io read =
      co_await stream_->read_some(asio::buffer(buffer_.data() + end_, buffer_size - end_));
  end_ += read.bytes;
  answered_ = answered_ || read.bytes > 0;
  if (!read.why) co_return base::Result<void>();
  if (read.why == asio::error::eof) co_return parser_->end_of_input();
  co_return broken(read.why);
}

bool Connection::reusable() const {
  return parser_ && parser_->done() && parser_->keep_alive() && begin_ == end_;
}

}  // namespace kube
