#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <grpcpp/support/status.h>

namespace devcluster::driver {

// One page of a list: the entries that are wanted, in the order of their ids. A token says after
// which id the next page begins, so that a list stays right while things come and go.
template <class Item, class Wanted, class Add>
grpc::Status list_page(const std::map<std::string, Item>& items, std::int32_t max_entries,
                       const std::string& starting_token, std::string& next_token, Wanted wanted,
                       Add add) {
  const std::string prefix = "after:";
  if (max_entries < 0)
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "max_entries is negative");
  if (!starting_token.empty() && !starting_token.starts_with(prefix))
    return grpc::Status(grpc::StatusCode::ABORTED,
                        "starting_token \"" + starting_token + "\" is none of mine; begin anew");
  auto at = starting_token.empty() ? items.begin()
                                   : items.upper_bound(starting_token.substr(prefix.size()));
  std::int32_t entries = 0;
  std::string last;
  for (; at != items.end(); ++at) {
    if (!wanted(at->second)) continue;
    if (max_entries > 0 && entries == max_entries) {
      next_token = prefix + last;
      break;
    }
    add(at->second);
    last = at->first;
    ++entries;
  }
  return grpc::Status::OK;
}

}  // namespace devcluster::driver
