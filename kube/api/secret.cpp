#include "kube/api/secret.hpp"

#include <optional>

#include <openssl/crypto.h>

#include "kube/config/base64.hpp"
namespace kube {
base::Result<void> decode_secret(boost::json::value secret,
                                 const std::function<void(std::string, std::string)>& take) {
  boost::json::object* object = secret.if_object();
  boost::json::value* data = object ? object->if_contains("data") : nullptr;
  if (!data || !data->is_object()) return {};
  base::Result<void> outcome;
  for (auto&& [key, value] : data->get_object()) {
    boost::json::string* text = value.if_string();
    std::optional<std::string> bytes =
        text ? base64_decode({text->data(), text->size()}) : std::nullopt;
    if (text) OPENSSL_cleanse(text->data(), text->size());
    if (bytes) {
      take(std::string(key), std::move(*bytes));
    } else {
      outcome = base::Error(base::ErrorKind::malformed,
                            "the Secret's entry \"" + std::string(key) + "\" is no base64");
    }
  }
  return outcome;
}

}  // namespace kube
