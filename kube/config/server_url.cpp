#include "kube/config/server_url.hpp"

#include <charconv>
#include <cstdint>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace kube {
namespace {

base::Error bad(std::string_view text, std::string_view why) {
  return base::Error(base::ErrorKind::invalid,
                     "the server URL \"" + std::string(text) + "\" " + std::string(why));
}

bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, why] = std::from_chars(digits.data(), end, port);
  return why == std::errc() && stop == end && port != 0;
}

std::string without_trailing_slashes(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

base::Result<ServerUrl> parse_server_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
  // What does not parse may hold a password before an "@".
  if (!parsed && text.find('@') != std::string_view::npos)
    return bad("https://...@...", "is not of the form https://host:port");
  if (!parsed) return bad(text, "is not of the form https://host:port");
  const boost::urls::url_view& url = *parsed;
  // The text may hold a password: it is not repeated in the error.
  if (url.has_userinfo())
    return base::Error(base::ErrorKind::invalid,
                       "the server URL holds a user or a password; put them into the user's entry");
  if (url.scheme_id() != boost::urls::scheme::https && url.scheme_id() != boost::urls::scheme::http)
    return bad(text, "has to begin with https:// or http://");
  if (url.has_query() || url.has_fragment())
    return bad(text, "must not hold a query or a fragment");
  if (url.host_address().empty()) return bad(text, "names no host");
  if (url.has_port() && !is_port(url.port())) return bad(text, "has no valid port");

  ServerUrl result;
  result.tls = url.scheme_id() == boost::urls::scheme::https;
  result.host = url.host_address();
  result.port = url.has_port() ? std::string(url.port()) : (result.tls ? "443" : "80");
  result.prefix = without_trailing_slashes(std::string(url.encoded_path()));
  return result;
}

std::string authority(const ServerUrl& url) {
  const bool ipv6 = url.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + url.host + "]" : url.host) + ":" + url.port;
}

std::string to_string(const ServerUrl& url) {
  return (url.tls ? "https://" : "http://") + authority(url) + url.prefix;
}

}  // namespace kube
