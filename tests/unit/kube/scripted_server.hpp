#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace kube::test {

// What the server does when a request has come: it writes the pieces one after the other, then
// acts.
class Reply {
 public:
  enum class Then { keep, close, reset, silence };

  std::vector<std::string> pieces;  // raw bytes, the head included
  std::vector<std::string> later;   // written once release() has been called
  Then then = Then::keep;
};

// "HTTP/1.1 404 Not Found" with JSON and a length. `headers` are whole lines without line ends.
Reply json_reply(int status, const std::string& body, std::vector<std::string> headers = {});
Reply text_reply(int status, const std::string& body, std::vector<std::string> headers = {});
// A chunked 200 of these chunks; without `whole` the last chunk is missing and the connection
// closes.
Reply chunked_reply(const std::vector<std::string>& chunks, bool whole = true);
Reply silent_reply();
Reply dropped_reply();  // the connection is reset without an answer

struct SeenRequest {
  std::string method;
  std::string target;
  std::string body;
  std::string headers;  // one "name: value\n" after the other, names in lower case
  int connection = 0;   // 1: the first that was accepted
};

// Certificates of the server, PEM. An empty certificate means plain HTTP.
struct ServerTls {
  std::string certificate;
  std::string key;
  std::string client_ca;  // not empty: the client has to present a certificate of this CA
};

// An HTTP server on a free port of loopback, on the test's own loop. Answers requests in the order
// of the script, whichever connection they come over; what comes after its end is answered 500.
class ScriptedServer {
 public:
  explicit ScriptedServer(boost::asio::io_context& io, ServerTls tls = {});
  ~ScriptedServer();

  ScriptedServer& then(Reply reply);

  unsigned short port() const;
  std::string url() const;  // "http://127.0.0.1:<port>"
  const std::vector<SeenRequest>& requests() const;
  int connections() const;         // accepted so far, failed handshakes included
  const std::string& sni() const;  // of the last handshake; empty: none was sent

  void release();            // lets replies go on that have something for later
  void close_connections();  // as a server does with idle ones

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kube::test
