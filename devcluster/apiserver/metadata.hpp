#pragma once

#include <string>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// What the API server looks after in metadata, the same for all kinds.

// Metadata that cannot be read at all (a label that is a number): the text of the 400 it gets, or
// empty.
std::string metadata_shape_problem(const Json& object);

// Names, and what may not be written: the causes of a 422.
std::vector<Cause> name_causes(const Kind& kind, const Json& object);
std::vector<Cause> immutable_causes(const Json& old, const Json& fresh);

// Who writes, when, and through which door; becomes an entry of managedFields.
struct Writer {
  std::string manager;      // fieldManager, or the program's name from User-Agent
  std::string subresource;  // "status", or empty
  std::string now;          // RFC 3339
};

// Notes the writer, and the fields that differ from `old` (null: a creation), two levels deep.
void note_manager(const Writer& writer, const Json& old, Json& fresh);

}  // namespace devcluster::apiserver
