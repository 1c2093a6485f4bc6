#include "devcluster/apiserver/base64.hpp"

#include <openssl/evp.h>

namespace devcluster::apiserver {

std::string base64_of(std::string_view raw) {
  std::string out((raw.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL adds a terminating zero
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(raw.data()),
                                     static_cast<int>(raw.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

}  // namespace devcluster::apiserver
