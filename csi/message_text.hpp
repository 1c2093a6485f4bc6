#pragma once

#include <string>

namespace google::protobuf {
class Message;
}

namespace csi {

// A message as one line of JSON for the log: the fields that are set, under the names of
// csi.proto, sorted; enums by name; timestamps as {"nanos":..,"seconds":..}. Every field marked
// csi_secret, at any depth, becomes "***stripped***"; a field that csi.proto does not know is left
// out, for nobody can say what it holds.
std::string message_text(const google::protobuf::Message& message);

}  // namespace csi
