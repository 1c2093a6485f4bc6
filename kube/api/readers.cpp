#include "kube/api/readers.hpp"

#include <string>
#include <utility>

namespace kube {
namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 256;               // custom resources and managedFields nest
constexpr std::size_t largest = 16 * 1024 * 1024;  // bytes; etcd allows 1.5 MiB

json::parse_options options() {
  json::parse_options options;
  options.max_depth = deepest;
  return options;
}

base::Error malformed(const std::string& why) {
  return base::Error(base::ErrorKind::malformed, "the answer is not a JSON object: " + why);
}

}  // namespace

ObjectReader::ObjectReader() : parser_(json::storage_ptr(), options()) {}

void ObjectReader::begin() {
  parser_.reset();
  size_ = 0;
}

base::Result<void> ObjectReader::feed(std::string_view piece) {
  size_ += piece.size();
  if (size_ > largest) return malformed("it is larger than 16 MiB");
  json::error_code why;
  parser_.write(piece.data(), piece.size(), why);
  if (why) return malformed(why.message());
  return {};
}

base::Result<json::value> ObjectReader::take() {
  json::error_code why;
  parser_.finish(why);
  if (why) return malformed(size_ == 0 ? "it is empty" : why.message());
  json::value object = parser_.release();
  if (!object.is_object()) return malformed("it is something else");
  return object;
}

base::Result<ListPage> PageReader::take() {
  base::Result<ListEnvelope> envelope = framer_->finish();
  if (!envelope) return envelope.error();
  ListPage page;
  page.resource_version = std::move(envelope->resource_version);
  page.continue_token = std::move(envelope->continue_token);
  page.items = envelope->items;
  return page;
}

}  // namespace kube
