#include "devcluster/apiserver/reply.hpp"

namespace devcluster::apiserver {

Reply json_reply(int code, const Json& body) {
  Reply reply;
  reply.code = code;
  // Text that is no UTF-8 can only come from a client; it is shown, not fatal.
  reply.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return reply;
}

Reply text_reply(int code, std::string body) {
  Reply reply;
  reply.code = code;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = std::move(body);
  return reply;
}

Reply refused(const Refusal& refusal) {
  Reply reply = json_reply(refusal.code(), refusal.status());
  if (const auto wait = refusal.retry_after_seconds())
    reply.headers.emplace_back("Retry-After", std::to_string(*wait));
  return reply;
}

}  // namespace devcluster::apiserver
