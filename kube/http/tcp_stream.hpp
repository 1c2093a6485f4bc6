#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "kube/http/stream.hpp"

namespace kube {

// Takes over a connected socket.
std::unique_ptr<Stream> tcp_stream(boost::asio::ip::tcp::socket socket);

// No Nagle delay, and keep-alive probes that find a dead peer within a minute (the kernel's default
// is two hours). Errors are ignored: the connection works without.
void tune(boost::asio::ip::tcp::socket& socket);

// Nothing waits to be read, and the peer has not closed.
bool silent(boost::asio::ip::tcp::socket& socket);

}  // namespace kube
