#include "kube/api/request_target.hpp"

#include <cctype>

namespace kube {
namespace {

void append_encoded(std::string& out, std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  constexpr std::string_view unreserved = "-._~";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if ((code < 0x80 && std::isalnum(code)) || unreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out.append({'%', digits[code >> 4], digits[code & 15]});
    }
  }
}

bool is_segment(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         part.find_first_of("/%") == std::string_view::npos;
}

class Path {
 public:
  void add(std::string_view part) {
    if (!is_segment(part) && sound_) {
      sound_ = false;
      culprit_ = part;
    }
    path_ += '/';
    append_encoded(path_, part);
  }
  void add_if_any(std::string_view part) {
    if (!part.empty()) add(part);
  }
  base::Result<std::string> result() && {
    if (sound_) return std::move(path_);
    return base::Error(base::ErrorKind::invalid,
                       "\"" + culprit_ + "\" cannot be part of an API path");
  }

 private:
  std::string path_;
  std::string culprit_;
  bool sound_ = true;
};

}  // namespace

base::Result<std::string> request_target(const ObjectPath& path) {
  Path target;
  target.add(path.resource.group.empty() ? "api" : "apis");
  target.add_if_any(path.resource.group);
  target.add(path.resource.version);
  if (!path.space.empty()) {
    target.add("namespaces");
    target.add(path.space);
  }
  target.add(path.resource.plural);
  if (!path.subresource.empty() && path.name.empty())
    return base::Error(base::ErrorKind::invalid, "a subresource needs the name of its object");
  target.add_if_any(path.name);
  target.add_if_any(path.subresource);
  return std::move(target).result();
}

Query& Query::add(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  text_ += text_.empty() ? '?' : '&';
  append_encoded(text_, name);
  text_ += '=';
  append_encoded(text_, value);
  return *this;
}

Query& Query::add(std::string_view name, long long value) {
  return add(name, std::to_string(value));
}

}  // namespace kube
