#include "kube/http/response_parser.hpp"

#include <cstdint>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "kube/http/retry_after.hpp"

namespace kube {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

constexpr std::uint32_t head_limit = 16 * 1024;  // bytes; must fit Connection's read buffer

std::string media_type_of(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  for (char& c : type)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return type;
}

base::Error malformed(const error_code& why) {
  return base::Error(base::ErrorKind::malformed,
                     "the answer is not HTTP as it should be: " + why.message());
}

}  // namespace

class ResponseParser::Fields final : public http::basic_parser<false> {
 public:
  Fields() {
    eager(false);  // one piece of the body per put()
    header_limit(head_limit);
    body_limit(boost::none);
  }

  ResponseHead head;
  std::string_view piece;

 private:
  void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code&) override { head.status = code; }
  void on_field_impl(http::field name, string_view, string_view value, error_code&) override {
    const std::string_view text(value.data(), value.size());
    if (name == http::field::content_type) head.media_type = media_type_of(text);
    if (name == http::field::retry_after) head.retry_after = retry_after(text);
    if (name == http::field::warning) head.warnings.emplace_back(text);
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return take(body); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    return take(body);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t take(string_view body) {
    piece = std::string_view(body.data(), body.size());
    return body.size();
  }
};

ResponseParser::ResponseParser() : fields_(std::make_unique<Fields>()) {}
ResponseParser::~ResponseParser() = default;

base::Result<ResponseParser::Step> ResponseParser::feed(std::string_view bytes) {
  error_code why;
  Step step;
  fields_->piece = {};
  step.consumed = fields_->put(boost::asio::buffer(bytes.data(), bytes.size()), why);
  step.body = fields_->piece;
  if (why && why != http::error::need_more) return malformed(why);
  return step;
}

base::Result<void> ResponseParser::end_of_input() {
  if (fields_->is_done()) return {};
  error_code why;
  if (fields_->is_header_done()) fields_->put_eof(why);
  if (fields_->is_done()) return {};
  return base::Error(base::ErrorKind::unavailable, fields_->is_header_done()
                                                       ? "the connection ended inside the answer"
                                                       : "the connection ended before the answer");
}

bool ResponseParser::head_done() const {
  return fields_->is_header_done();
}
bool ResponseParser::done() const {
  return fields_->is_done();
}
bool ResponseParser::keep_alive() const {
  return fields_->keep_alive();
}
const ResponseHead& ResponseParser::head() const {
  return fields_->head;
}

}  // namespace kube
