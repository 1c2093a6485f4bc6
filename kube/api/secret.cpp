#include "kube/api/secret.hpp"

#include <algorithm>
#include <optional>

#include <openssl/crypto.h>
#include <openssl/evp.h>
namespace kube {
namespace {

// Standard base64 with padding, as the API server writes it.
std::optional<std::string> decode(const boost::json::string& text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const auto padding = std::min<std::ptrdiff_t>(2, std::count(text.begin(), text.end(), '='));
  bytes.resize(static_cast<std::size_t>(length - padding));
  return bytes;
}

}  // namespace

base::Result<void> decode_secret(boost::json::value secret,
                                 const std::function<void(std::string, std::string)>& take) {
  boost::json::object* object = secret.if_object();
  boost::json::value* data = object ? object->if_contains("data") : nullptr;
  if (!data || !data->is_object()) return {};
  base::Result<void> outcome;
  for (auto&& [key, value] : data->get_object()) {
    boost::json::string* text = value.if_string();
    std::optional<std::string> bytes = text ? decode(*text) : std::nullopt;
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
