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

// What goes wrong with one call.
struct Fault {
  enum class Kind {
    refused,     // nothing is done
    reply_lost,  // all is done, but the client is told otherwise
  };
  Kind kind = Kind::refused;
  grpc::StatusCode code = grpc::StatusCode::UNAVAILABLE;

  bool operator==(const Fault&) const = default;
};

// A script of faults per method, spent in the order in which they were added.
class Faults {
 public:
  // `method` is the name of the RPC: "CreateSnapshot".
  void fail(const std::string& method, grpc::StatusCode code, int times = 1);
  void lose_reply(const std::string& method, int times = 1,
                  grpc::StatusCode code = grpc::StatusCode::UNAVAILABLE);

  // The same as text: "create=UNAVAILABLE*3,delete=INTERNAL" and "create*2,ListSnapshots". Besides
  // the RPCs' names there are create, delete, list, get (a snapshot), probe and info. An error
  // names the part that cannot be understood; the parts before it are in the script then.
  base::Result<void> add_failures(std::string_view script);
  base::Result<void> add_lost_replies(std::string_view script);

  // The fault for the call that comes now, if any.
  std::optional<Fault> next(const std::string& method);

 private:
  base::Result<void> add(std::string_view script, Fault::Kind kind);

  std::map<std::string, std::deque<Fault>> script_;
};

}  // namespace devcluster::driver
