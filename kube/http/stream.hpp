#pragma once

#include <cstddef>
#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

namespace kube {

// How one read or write on a stream went.
struct Io {
  std::size_t bytes = 0;
  boost::system::error_code why;  // eof: the peer closed in good order
};

// A connection's bytes, in clear or through TLS. One read and one write at a time.
class Stream {
 public:
  virtual ~Stream() = default;

  virtual boost::asio::awaitable<Io> read_some(boost::asio::mutable_buffer into) = 0;
  // Writes all of it, or says how much went before it failed.
  virtual boost::asio::awaitable<Io> write(boost::asio::const_buffer from) = 0;

  // What is under way ends with an error. May be called twice.
  virtual void close() = 0;

  // Whether an idle connection may carry another request: the peer has sent nothing unasked, not
  // even its farewell.
  virtual bool silent() = 0;
};

}  // namespace kube
