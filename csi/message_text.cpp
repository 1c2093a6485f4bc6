#include "csi/message_text.hpp"

#include <map>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>

#include "csi-spec/csi.pb.h"

namespace csi {
namespace {

namespace json = boost::json;
namespace pb = google::protobuf;
using Sorted = std::map<std::string, json::value>;

json::object to_object(Sorted members) {
  json::object object;
  for (auto& [key, value] : members) object.emplace(key, std::move(value));
  return object;
}

json::object object_of(const pb::Message& message);

// One value of a field: `index` is its place in a repeated field, or -1.
json::value value_at(const pb::Message& message, const pb::FieldDescriptor& field, int index) {
  const pb::Reflection& at = *message.GetReflection();
  const bool many = index >= 0;
  switch (field.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return many ? at.GetRepeatedInt32(message, &field, index) : at.GetInt32(message, &field);
    case pb::FieldDescriptor::CPPTYPE_INT64:
      return many ? at.GetRepeatedInt64(message, &field, index) : at.GetInt64(message, &field);
    case pb::FieldDescriptor::CPPTYPE_UINT32:
      return many ? at.GetRepeatedUInt32(message, &field, index) : at.GetUInt32(message, &field);
    case pb::FieldDescriptor::CPPTYPE_UINT64:
      return many ? at.GetRepeatedUInt64(message, &field, index) : at.GetUInt64(message, &field);
    case pb::FieldDescriptor::CPPTYPE_DOUBLE:
      return many ? at.GetRepeatedDouble(message, &field, index) : at.GetDouble(message, &field);
    case pb::FieldDescriptor::CPPTYPE_FLOAT:
      return many ? at.GetRepeatedFloat(message, &field, index) : at.GetFloat(message, &field);
    case pb::FieldDescriptor::CPPTYPE_BOOL:
      return many ? at.GetRepeatedBool(message, &field, index) : at.GetBool(message, &field);
    case pb::FieldDescriptor::CPPTYPE_ENUM: {
      const int number =
          many ? at.GetRepeatedEnumValue(message, &field, index) : at.GetEnumValue(message, &field);
      const pb::EnumValueDescriptor* known = field.enum_type()->FindValueByNumber(number);
      return known ? json::value(known->name()) : json::value(number);
    }
    case pb::FieldDescriptor::CPPTYPE_STRING:
      return json::value(many ? at.GetRepeatedString(message, &field, index)
                              : at.GetString(message, &field));
    case pb::FieldDescriptor::CPPTYPE_MESSAGE:
      return object_of(many ? at.GetRepeatedMessage(message, &field, index)
                            : at.GetMessage(message, &field));
  }
  return nullptr;
}

json::value map_of(const pb::Message& message, const pb::FieldDescriptor& field) {
  const pb::Reflection& at = *message.GetReflection();
  const pb::Descriptor& entry_type = *field.message_type();
  Sorted members;
  for (int i = 0; i < at.FieldSize(message, &field); ++i) {
    const pb::Message& entry = at.GetRepeatedMessage(message, &field, i);
    const json::value key = value_at(entry, *entry_type.map_key(), -1);
    const std::string name =
        key.is_string() ? json::value_to<std::string>(key) : json::serialize(key);
    members[name] = value_at(entry, *entry_type.map_value(), -1);
  }
  return to_object(std::move(members));
}

json::value array_of(const pb::Message& message, const pb::FieldDescriptor& field) {
  json::array values;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i)
    values.push_back(value_at(message, field, i));
  return values;
}

json::value field_value(const pb::Message& message, const pb::FieldDescriptor& field) {
  if (field.options().GetExtension(v1::csi_secret)) return "***stripped***";
  if (field.is_map()) return map_of(message, field);
  if (field.is_repeated()) return array_of(message, field);
  return value_at(message, field, -1);
}

json::object object_of(const pb::Message& message) {
  std::vector<const pb::FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  Sorted members;
  for (const pb::FieldDescriptor* field : set)
    members[field->name()] = field_value(message, *field);
  return to_object(std::move(members));
}

}  // namespace

std::string message_text(const pb::Message& message) {
  return json::serialize(object_of(message));
}

}  // namespace csi
