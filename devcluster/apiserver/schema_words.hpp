#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// Words for writing schemas in C++: an_object("Where it lives.", {{"driver", a_string("...")}}).
using Fields = std::vector<std::pair<std::string_view, Json>>;

Json a_string(std::string_view description);
Json a_time(std::string_view description);
Json a_boolean(std::string_view description);
Json an_int32(std::string_view description);
Json an_int64(std::string_view description);
Json a_quantity(std::string_view description);  // 10Gi, 0.5, or a plain number
Json bytes(std::string_view description);       // base64 in JSON
Json anything(std::string_view description);    // an object nobody looks into
Json a_map_of(Json values, std::string_view description);
Json a_list_of(Json items, std::string_view description);
Json an_object(std::string_view description, const Fields& fields);

// `schema` with these fields required.
Json requiring(std::vector<std::string> names, Json schema);

// `schema` with a value that is filled in where it is absent.
Json defaulting_to(Json value, Json schema);

// Only these strings are allowed.
Json one_of(std::vector<std::string> values, Json schema);

// A list that a strategic merge patch adds to: by that key, or by value where the key is empty.
Json merged_by(std::string_view key, Json list);

// Fields beyond those named are kept.
Json open(Json object);

}  // namespace devcluster::apiserver
