#include "kube/http/request.hpp"

#include <algorithm>
#include <string_view>

namespace kube {
namespace {

bool stays_on_its_line(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < ' ' && c != '\t') || code == 0x7f;
  });
}

void append_line(std::string& wire, std::string_view name, std::string_view value) {
  wire.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

base::Result<std::string> to_wire(const HttpRequest& request, const Headers& headers) {
  std::string wire;
  wire.reserve(512 + request.target.size() + request.body.size());
  wire.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  for (const Header& header : headers) {
    if (!stays_on_its_line(header.value))
      return base::Error(base::ErrorKind::invalid,
                         "the value of the header " + header.name + " holds control characters");
    append_line(wire, header.name, header.value);
  }
  if (!request.content_type.empty()) {
    append_line(wire, "Content-Type", request.content_type);
    append_line(wire, "Content-Length", std::to_string(request.body.size()));
  }
  wire.append("\r\n").append(request.body);
  return wire;
}

}  // namespace kube
