#include "kube/http/list_framer.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

namespace kube {
namespace {

namespace json = boost::json;
using json::error_code;

constexpr std::size_t deepest = 256;           // custom resources and managedFields nest
constexpr std::size_t longest_key = 32;        // longer than any key of the envelope that we read
constexpr std::size_t slice_size = 16 * 1024;  // bytes parsed between two looks at the limit

// Follows the parser through the list. Inside an item everything goes to the value stack, outside
// it only the keys on the way to the envelope's few fields are looked at.
class ListHandler {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  explicit ListHandler(ListFramer::Sink sink) : sink_(std::move(sink)) { stack_.reset(); }

  ListEnvelope envelope;
  bool saw_items = false;
  std::size_t pending = 0;  // bytes since the last item was handed out, to within a slice

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code& why) {
    if (item_depth_ > 0 || place_ == Place::items) {
      ++item_depth_;
    } else if (skipped_ > 0) {
      ++skipped_;
    } else if (place_ == Place::outside) {
      place_ = Place::top;
    } else if (place_ == Place::top && key_ == "metadata") {
      place_ = Place::metadata;
    } else {
      return skip_container(why);
    }
    key_.clear();
    return true;
  }

  bool on_object_end(std::size_t members, error_code&) {
    if (item_depth_ > 0) {
      stack_.push_object(members);
      if (--item_depth_ == 0) hand_out();
    } else if (skipped_ > 0) {
      --skipped_;
    } else {
      place_ = place_ == Place::metadata ? Place::top : Place::outside;
    }
    return true;
  }

  bool on_array_begin(error_code& why) {
    if (item_depth_ > 0) {
      ++item_depth_;
    } else if (skipped_ > 0) {
      ++skipped_;
    } else if (place_ == Place::top && key_ == "items") {
      place_ = Place::items;
      saw_items = true;
    } else {
      return skip_container(why);
    }
    return true;
  }

  bool on_array_end(std::size_t elements, error_code&) {
    if (item_depth_ > 0) {
      stack_.push_array(elements);
      --item_depth_;
    } else if (skipped_ > 0) {
      --skipped_;
    } else {
      place_ = Place::top;
    }
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    if (item_depth_ > 0) {
      stack_.push_chars(part);
    } else if (skipped_ == 0) {
      append_key(part);
    }
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code&) {
    if (item_depth_ > 0) {
      stack_.push_key(part);
    } else if (skipped_ == 0) {
      append_key(part);
      key_ = std::exchange(key_so_far_, {});
    }
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t, error_code&) {
    if (item_depth_ > 0) {
      stack_.push_chars(part);
    } else if (wanted()) {
      text_.append(part.data(), part.size());
    }
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error_code& why) {
    if (item_depth_ > 0) {
      stack_.push_string(part);
    } else if (std::string* field = wanted()) {
      text_.append(part.data(), part.size());
      *field = std::exchange(text_, {});
    } else {
      return scalar_outside(why);
    }
    return true;
  }

  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, error_code& why) {
    if (item_depth_ == 0) return scalar_outside(why);
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, error_code& why) {
    if (item_depth_ == 0) return scalar_outside(why);
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, error_code& why) {
    if (item_depth_ == 0) return scalar_outside(why);
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool truth, error_code& why) {
    if (item_depth_ == 0) return scalar_outside(why);
    stack_.push_bool(truth);
    return true;
  }
  bool on_null(error_code& why) {
    if (item_depth_ > 0) {
      stack_.push_null();
      return true;
    }
    // Go writes an empty list that was never filled as null.
    if (skipped_ == 0 && place_ == Place::top && key_ == "items") saw_items = true;
    return scalar_outside(why);
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

 private:
  enum class Place { outside, top, metadata, items };

  // An object or array that is none of our business. One in place of the list, or an array in
  // place of an item, is an error.
  bool skip_container(error_code& why) {
    if (place_ == Place::outside || place_ == Place::items) return reject(why);
    ++skipped_;
    return true;
  }
  bool scalar_outside(error_code& why) {
    if (skipped_ > 0 || place_ == Place::top || place_ == Place::metadata) return true;
    return reject(why);
  }
  static bool reject(error_code& why) {
    why = make_error_code(json::error::not_object);
    return false;
  }

  std::string* wanted() {
    if (skipped_ > 0) return nullptr;
    if (place_ == Place::top && key_ == "kind") return &envelope.kind;
    if (place_ == Place::metadata && key_ == "resourceVersion") return &envelope.resource_version;
    if (place_ == Place::metadata && key_ == "continue") return &envelope.continue_token;
    return nullptr;
  }

  void append_key(json::string_view part) {
    const std::size_t room = longest_key - std::min(longest_key, key_so_far_.size());
    key_so_far_.append(part.data(), std::min(part.size(), room));
  }

  void hand_out() {
    ++envelope.items;
    pending = 0;
    sink_(stack_.release());
    stack_.reset();
  }

  ListFramer::Sink sink_;
  json::value_stack stack_;
  Place place_ = Place::outside;
  std::size_t item_depth_ = 0;  // open containers of the item being built
  std::size_t skipped_ = 0;     // open containers of something ignored
  std::string key_;             // of the value that comes next, outside items
  std::string key_so_far_;
  std::string text_;
};

json::parse_options options() {
  json::parse_options options;
  options.max_depth = deepest;
  return options;
}

base::Error malformed(const std::string& why) {
  return base::Error(base::ErrorKind::malformed, "the answer is not a list: " + why);
}

}  // namespace

class ListFramer::Parser {
 public:
  Parser(Sink sink, std::size_t limit) : limit(limit), json(options(), std::move(sink)) {}

  const std::size_t limit;
  json::basic_parser<ListHandler> json;
};

ListFramer::ListFramer(Sink sink, std::size_t item_limit)
    : parser_(std::make_unique<Parser>(std::move(sink), item_limit)) {}
ListFramer::~ListFramer() = default;

base::Result<void> ListFramer::feed(std::string_view bytes) {
  auto& json = parser_->json;
  while (!bytes.empty()) {
    const std::string_view slice = bytes.substr(0, slice_size);
    bytes.remove_prefix(slice.size());
    json.handler().pending += slice.size();
    error_code why;
    const std::size_t used = json.write_some(true, slice.data(), slice.size(), why);
    if (why) return malformed(why.message());
    if (slice.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
      return malformed("something follows its end");
    if (json.handler().pending > parser_->limit)
      return malformed("an item is larger than " + std::to_string(parser_->limit) + " bytes");
  }
  return {};
}

base::Result<ListEnvelope> ListFramer::finish() {
  error_code why;
  auto& json = parser_->json;
  if (!json.done()) json.write_some(false, "", 0, why);
  if (why) return malformed(why.message());
  ListHandler& handler = json.handler();
  if (!handler.saw_items)
    return malformed("it has no items, its kind is \"" + handler.envelope.kind + '"');
  return std::move(handler.envelope);
}

std::size_t ListFramer::handed_out() const {
  return parser_->json.handler().envelope.items;
}

}  // namespace kube
