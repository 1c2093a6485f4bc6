#pragma once

#include "devcluster/driver/faults.hpp"

namespace google::protobuf {
class Message;
}

namespace devcluster::driver {

// Puts the flaw into every snapshot and every group that the reply of a call holds. Replies that
// hold none, such as those of deletions, stay as they are.
void spoil(google::protobuf::Message& reply, Flaw flaw);

}  // namespace devcluster::driver
