// The one compilation of Asio's OpenSSL half; apart, so that only who uses TLS links OpenSSL.
#include <boost/asio/ssl/impl/src.hpp>
