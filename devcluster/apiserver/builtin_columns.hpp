#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "devcluster/apiserver/kind.hpp"

namespace devcluster::apiserver {

// A column of a Table, and how its cells are made. A missing value is null.
struct PrintedColumn {
  Column column;
  std::function<Json(const Json& object, std::chrono::sys_seconds now)> cell;
};

PrintedColumn name_column();

// The columns of a built-in kind, Name included: they show more than a path can say, such as how
// many entries a secret has.
std::vector<PrintedColumn> builtin_columns(const Kind& kind);

}  // namespace devcluster::apiserver
