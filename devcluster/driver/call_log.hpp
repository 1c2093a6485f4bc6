#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <grpcpp/support/status_code_enum.h>

namespace devcluster::driver {

// One call that has been answered.
struct Call {
  std::string method;   // "CreateSnapshot"
  std::string subject;  // the name or id it was about; empty where there is none
  grpc::StatusCode code = grpc::StatusCode::OK;
};

// Every call, in the order of the answers; written and read on the loop's thread.
class CallLog {
 public:
  void add(Call call) {
    if (told_) told_(call);
    calls_.push_back(std::move(call));
  }
  // Is called with each call from now on, when it is answered.
  void tell(std::function<void(const Call& call)> told) { told_ = std::move(told); }
  const std::vector<Call>& all() const { return calls_; }
  long count(std::string_view method) const {
    return std::count_if(calls_.begin(), calls_.end(),
                         [&](const Call& call) { return call.method == method; });
  }
  void clear() { calls_.clear(); }

 private:
  std::vector<Call> calls_;
  std::function<void(const Call&)> told_;
};

}  // namespace devcluster::driver
