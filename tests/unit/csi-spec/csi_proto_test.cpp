// csi.proto, as compiled, against the facts in csi_wire.txt, in both directions: whatever the
// descriptors hold is written in the file, and whatever the file says is in the descriptors.

#include "csi-spec/csi.pb.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <catch2/catch.hpp>

namespace {

namespace pb = google::protobuf;
using Facts = std::set<std::string>;

const pb::FileDescriptor& csi_proto() {
  return *csi::v1::Snapshot::descriptor()->file();
}

// The name without its package: "PluginCapability.Service", "google.protobuf.BoolValue".
std::string plain(const std::string& full_name) {
  const std::string package = "csi.v1.";
  return full_name.starts_with(package) ? full_name.substr(package.size()) : full_name;
}

// A type as it may be written inside `scope`: "Type" for a neighbour, else from the top.
template <class Type>
std::string seen_from(const pb::Descriptor* scope, const Type& type) {
  for (; scope; scope = scope->containing_type())
    if (type.containing_type() == scope) return type.name();
  return plain(type.full_name());
}

std::string type_of(const pb::FieldDescriptor& field) {
  if (field.is_map()) {
    const pb::Descriptor& entry = *field.message_type();
    return "map<" + type_of(*entry.map_key()) + ", " + type_of(*entry.map_value()) + ">";
  }
  std::string type = field.type_name();
  if (field.message_type()) type = seen_from(field.containing_type(), *field.message_type());
  if (field.enum_type()) type = seen_from(field.containing_type(), *field.enum_type());
  return (field.is_repeated() ? "repeated " : "") + type;
}

// " [csi_secret, alpha_field]": every option that is set, known to the test or not.
std::string options_of(const pb::Message& options) {
  std::vector<const pb::FieldDescriptor*> set;
  options.GetReflection()->ListFields(options, &set);
  std::string text;
  for (const pb::FieldDescriptor* option : set) text += (text.empty() ? "" : ", ") + option->name();
  return text.empty() ? "" : " [" + text + "]";
}

void add_field(const pb::FieldDescriptor& field, Facts& facts) {
  const pb::OneofDescriptor* oneof = field.real_containing_oneof();
  facts.insert("field " + plain(field.full_name()) + " = " + std::to_string(field.number()) + " " +
               type_of(field) + (oneof ? " oneof " + oneof->name() : "") +
               (field.has_optional_keyword() ? " optional" : "") + options_of(field.options()));
}

void add_enum(const pb::EnumDescriptor& type, Facts& facts) {
  for (int i = 0; i < type.value_count(); ++i) {
    const pb::EnumValueDescriptor& value = *type.value(i);
    facts.insert("enum " + plain(type.full_name()) + "." + value.name() + " = " +
                 std::to_string(value.number()) + options_of(value.options()) +
                 options_of(type.options()));
  }
}

void add_message(const pb::Descriptor& message, Facts& facts) {
  if (message.options().map_entry()) return;
  // Facts have no line for a message, so none may have an option.
  const std::string options = options_of(message.options());
  if (!options.empty()) facts.insert("message " + plain(message.full_name()) + options);
  for (int i = 0; i < message.field_count(); ++i) add_field(*message.field(i), facts);
  for (int i = 0; i < message.enum_type_count(); ++i) add_enum(*message.enum_type(i), facts);
  for (int i = 0; i < message.nested_type_count(); ++i) add_message(*message.nested_type(i), facts);
}

void add_service(const pb::ServiceDescriptor& service, Facts& facts) {
  for (int i = 0; i < service.method_count(); ++i) {
    const pb::MethodDescriptor& rpc = *service.method(i);
    facts.insert("rpc " + plain(rpc.full_name()) + "(" + (rpc.client_streaming() ? "stream " : "") +
                 plain(rpc.input_type()->full_name()) + ") returns (" +
                 (rpc.server_streaming() ? "stream " : "") + plain(rpc.output_type()->full_name()) +
                 ")" + options_of(rpc.options()) + options_of(service.options()));
  }
}

void add_option(const pb::FieldDescriptor& option, Facts& facts) {
  facts.insert("option " + option.containing_type()->full_name() + "." + option.name() + " = " +
               std::to_string(option.number()) + " " + option.type_name());
}

Facts compiled_facts() {
  Facts facts;
  const pb::FileDescriptor& file = csi_proto();
  for (int i = 0; i < file.extension_count(); ++i) add_option(*file.extension(i), facts);
  for (int i = 0; i < file.service_count(); ++i) add_service(*file.service(i), facts);
  for (int i = 0; i < file.message_type_count(); ++i) add_message(*file.message_type(i), facts);
  for (int i = 0; i < file.enum_type_count(); ++i) add_enum(*file.enum_type(i), facts);
  return facts;
}

// Runs of blanks count as one, so that the file may be laid out in columns.
std::string single_spaced(const std::string& line) {
  std::istringstream words(line);
  std::string text;
  for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
  return text;
}

Facts written_facts() {
  std::ifstream file(CSI_WIRE_FACTS);
  REQUIRE(file);
  Facts facts;
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#') facts.insert(single_spaced(line));
  return facts;
}

std::string only_in(const Facts& a, const Facts& b) {
  std::string lines;
  for (const std::string& fact : a)
    if (!b.contains(fact)) lines += fact + "\n";
  return lines;
}

// Every message somebody mentions: as the type of a field, or in an rpc.
void add_mentioned(const pb::Descriptor& message, std::set<const pb::Descriptor*>& mentioned) {
  for (int i = 0; i < message.field_count(); ++i)
    if (message.field(i)->message_type()) mentioned.insert(message.field(i)->message_type());
  for (int i = 0; i < message.nested_type_count(); ++i)
    add_mentioned(*message.nested_type(i), mentioned);
}

}  // namespace

TEST_CASE("everything that is compiled is written down") {
  CHECK(only_in(compiled_facts(), written_facts()) == "");
}

TEST_CASE("everything that is written down is compiled") {
  CHECK(only_in(written_facts(), compiled_facts()) == "");
  CHECK(written_facts().size() > 250);  // the file was read
}

TEST_CASE("an empty message, for which there is no fact, is at least used by one") {
  std::set<const pb::Descriptor*> mentioned;
  const pb::FileDescriptor& file = csi_proto();
  for (int i = 0; i < file.message_type_count(); ++i)
    add_mentioned(*file.message_type(i), mentioned);
  for (int i = 0; i < file.service_count(); ++i)
    for (int j = 0; j < file.service(i)->method_count(); ++j) {
      mentioned.insert(file.service(i)->method(j)->input_type());
      mentioned.insert(file.service(i)->method(j)->output_type());
    }
  for (int i = 0; i < file.message_type_count(); ++i) {
    INFO(file.message_type(i)->full_name());
    CHECK(mentioned.contains(file.message_type(i)));
  }
}

TEST_CASE("peers find the package and the syntax they expect") {
  CHECK(csi_proto().package() == "csi.v1");
  CHECK(csi_proto().syntax() == pb::FileDescriptor::SYNTAX_PROTO3);
  CHECK(csi_proto().options().go_package() ==
        "github.com/container-storage-interface/spec/lib/go/csi");
}
