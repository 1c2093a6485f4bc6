#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "kube/api/collections.hpp"
#include "kube/http/body_reader.hpp"
#include "kube/http/list_framer.hpp"

namespace kube {

// Reads one object of at most 16 MiB.
class ObjectReader final : public BodyReader {
 public:
  ObjectReader();

  void begin() override;
  base::Result<void> feed(std::string_view piece) override;
  bool spoken() const override { return false; }

  // The body has ended. An empty body where an object is due is an error.
  base::Result<boost::json::value> take();

 private:
  boost::json::stream_parser parser_;
  std::size_t size_ = 0;
};

// Reads one page of a list and hands its items on while they come.
class PageReader final : public BodyReader {
 public:
  explicit PageReader(Collections::ItemSink sink) : sink_(std::move(sink)) {}

  void begin() override { framer_.emplace(sink_); }
  base::Result<void> feed(std::string_view piece) override { return framer_->feed(piece); }
  bool spoken() const override { return framer_ && framer_->handed_out() > 0; }

  base::Result<ListPage> take();

 private:
  Collections::ItemSink sink_;
  std::optional<ListFramer> framer_;
};

}  // namespace kube
