#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/error.hpp"

namespace kube {

// The addresses of one host. The system's resolver cannot be interrupted, so it is left behind when
// the waiting coroutine is cancelled or give_up() is called; an IP literal never asks it.
class Lookup {
 public:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

  Lookup(boost::asio::any_io_executor executor, std::string host, std::string port);
  ~Lookup();

  boost::asio::awaitable<base::Result<Endpoints>> endpoints();
  void give_up();

 private:
  struct State;
  std::shared_ptr<State> state_;
  boost::asio::ip::tcp::resolver resolver_;
  std::string host_;
  std::string port_;
};

}  // namespace kube
