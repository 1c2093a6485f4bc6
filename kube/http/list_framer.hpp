#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/error.hpp"

namespace kube {

// What is left of a list once its items have been handed out.
class ListEnvelope {
 public:
  ListEnvelope() = default;

  std::string kind;
  std::string resource_version;
  std::string continue_token;
  std::size_t items = 0;
};

// Reads the JSON of a list while it arrives and hands out each element of the top-level "items"
// as soon as it is whole; nothing of the list but the envelope is ever held. The order of the
// members and the cuts between the pieces do not matter.
class ListFramer {
 public:
  using Sink = std::function<void(boost::json::value&& item)>;  // must not throw

  static constexpr std::size_t default_limit =
      16 * 1024 * 1024;  // bytes of one item; etcd allows 1.5 MiB

  explicit ListFramer(Sink sink, std::size_t item_limit = default_limit);
  ~ListFramer();
  ListFramer(const ListFramer&) = delete;
  ListFramer& operator=(const ListFramer&) = delete;

  // After an error it must not be fed again.
  base::Result<void> feed(std::string_view bytes);

  // The body has ended: it must have been one whole list.
  base::Result<ListEnvelope> finish();

  std::size_t handed_out() const;

 private:
  class Parser;  // keeps the JSON parser's code out of this header
  std::unique_ptr<Parser> parser_;
};

}  // namespace kube
