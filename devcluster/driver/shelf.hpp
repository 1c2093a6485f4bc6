#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/error.hpp"
#include "devcluster/driver/files.hpp"

namespace devcluster::driver {

// A folder of items that survive a restart and never are half there. An item is a folder of data,
// `<id>/`, with its record beside it, `<id>.json`. It comes into being when its folder, filled
// under a name that starts with a dot, is renamed to its id, and goes when it is renamed back;
// whatever the start finds besides that is what an interrupted step has left, and is removed.
class Shelf {
 public:
  using Records = std::map<std::string, std::string>;  // JSON text by id
  using Fill = std::function<base::Result<void>(const std::filesystem::path& folder)>;

  Shelf(std::filesystem::path folder, Durability durability)
      : folder_(std::move(folder)), durability_(durability) {}

  // Makes the folder if it is missing, tidies it up, and tells what is there. A folder without a
  // record is none of ours and stays as it is.
  base::Result<Records> open();

  // `fill` makes the folder that it is given. When it fails, nothing is left of the item.
  base::Result<void> add(const std::string& id, const std::string& record, const Fill& fill);

  base::Result<void> remove(const std::string& id);

  std::filesystem::path data_of(const std::string& id) const { return folder_ / id; }

 private:
  base::Result<void> remove_leftovers();
  std::filesystem::path partial(const std::string& id) const {
    return folder_ / ("." + id + ".partial");
  }
  std::filesystem::path record_of(const std::string& id) const { return folder_ / (id + ".json"); }

  std::filesystem::path folder_;
  Durability durability_;
};

}  // namespace devcluster::driver
