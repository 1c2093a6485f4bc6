#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "devcluster/apiserver/json_access.hpp"

namespace devcluster::apiserver {

class Server;

// What came back; `dropped` when the connection ended before an answer did.
struct Fetched {
  Fetched() = default;
  int code = 0;
  std::string text_of_body;
  std::string retry_after;
  bool dropped = false;
  Json body() const { return Json::parse(text_of_body, nullptr, false); }
};

// One connection to a server on the loopback; opened with the first request, then kept.
class HttpClient {
 public:
  HttpClient(boost::asio::io_context& io, std::uint16_t port, std::string authority_pem = {});
  ~HttpClient();

  boost::asio::awaitable<Fetched> fetch(std::string method, std::string target,
                                        std::string body = {}, std::string content_type = {});
  // Begins a watch; true once its header came.
  boost::asio::awaitable<bool> open_watch(std::string target);
  // The next event. Null when the stream ended; `clean_end` says how.
  boost::asio::awaitable<Json> next_event();
  bool clean_end() const;

  struct Wire;

 private:
  std::unique_ptr<Wire> wire_;
};

// Runs the story on the loop of the server, stops the server when it is told, and waits until the
// loop has nothing left to do: no connection, no watch.
void play(boost::asio::io_context& io, Server& server, boost::asio::awaitable<void> story);

}  // namespace devcluster::apiserver
