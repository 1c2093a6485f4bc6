#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <grpcpp/support/status_code_enum.h>

#include "base/error.hpp"

namespace devcluster::driver {

// "UNAVAILABLE": the name of a gRPC code, and the code of a name.
std::string_view name_of(grpc::StatusCode code);
std::optional<grpc::StatusCode> code_named(std::string_view name);

// What is wrong with a reply. "empty-id" and so on in text.
enum class Flaw { no_message, empty_id, other_id, negative_size, no_time, bad_time };

// What goes wrong with one call.
struct Fault {
  enum class Kind {
    refused,       // nothing is done
    reply_lost,    // all is done, but the client is told otherwise
    reply_spoilt,  // all is done, but the reply is not what CSI asks for
  };
  Kind kind = Kind::refused;
  grpc::StatusCode code = grpc::StatusCode::UNAVAILABLE;  // unless the reply is spoilt
  Flaw flaw = Flaw::no_message;                           // if it is

  bool operator==(const Fault&) const = default;
};

// A script of faults per method, spent in the order in which they were added.
class Faults {
 public:
  // `method` is the name of the RPC: "CreateSnapshot".
  void fail(const std::string& method, grpc::StatusCode code, int times = 1);
  void lose_reply(const std::string& method, int times = 1,
                  grpc::StatusCode code = grpc::StatusCode::UNAVAILABLE);
  // Only for calls that answer with snapshots or groups; others are served as if nothing were.
  void spoil_reply(const std::string& method, Flaw flaw, int times = 1);

  // The same as text: "create=UNAVAILABLE*3,delete=INTERNAL", "create*2,ListSnapshots" and
  // "get=empty-id". Besides the RPCs' names there are create, delete, list, get (a snapshot),
  // create-group, delete-group, get-group, probe and info. An error names the part that cannot be
  // understood; the parts before it are in the script then.
  base::Result<void> add_failures(std::string_view script);
  base::Result<void> add_lost_replies(std::string_view script);
  base::Result<void> add_spoilt_replies(std::string_view script);

  // The fault for the call that comes now, if any.
  std::optional<Fault> next(const std::string& method);

 private:
  base::Result<void> add(std::string_view script, Fault::Kind kind);

  std::map<std::string, std::deque<Fault>> script_;
};

}  // namespace devcluster::driver
