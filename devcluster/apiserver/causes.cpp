#include "devcluster/apiserver/causes.hpp"

namespace devcluster::apiserver {
namespace {

// Never throws on text that is no UTF-8.
std::string as_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string joined(const Json& values) {
  std::string result;
  for (const Json& value : values) result += (result.empty() ? "" : ", ") + as_json(value);
  return result;
}

}  // namespace

Cause required_value(std::string field) {
  return {"FieldValueRequired", std::move(field), "Required value"};
}

Cause unsupported_value(std::string field, const Json& value, const Json& allowed) {
  return {"FieldValueNotSupported", std::move(field),
          "Unsupported value: " + as_json(value) + ": supported values: " + joined(allowed)};
}

Cause wrong_type(std::string field, std::string_view actual, std::string_view expected) {
  const std::string quoted = '"' + std::string(actual) + '"';
  std::string message = "Invalid value: " + quoted + ": " + field + " in body must be of type " +
                        std::string(expected) + ": " + quoted;
  return {"FieldValueTypeInvalid", std::move(field), std::move(message)};
}

Cause invalid_value(std::string field, const Json& value, std::string_view why) {
  return {"FieldValueInvalid", std::move(field),
          "Invalid value: " + as_json(value) + ": " + std::string(why)};
}

Cause duplicate_value(std::string field, const Json& value) {
  return {"FieldValueDuplicate", std::move(field), "Duplicate value: " + as_json(value)};
}

Cause too_long(std::string field, std::string_view limit) {
  return {"FieldValueTooLong", std::move(field),
          "Too long: may not be more than " + std::string(limit) + " bytes"};
}

Cause too_many(std::string field, std::size_t actual, std::string_view limit) {
  return {"FieldValueTooMany", std::move(field),
          "Too many: " + std::to_string(actual) + ": must have at most " + std::string(limit) +
              " items"};
}

}  // namespace devcluster::apiserver
