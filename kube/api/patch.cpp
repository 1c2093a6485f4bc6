#include "kube/api/patch.hpp"

#include <cstdlib>

namespace kube {

std::string_view media_type(PatchType type) {
  switch (type) {
    case PatchType::merge:
      return "application/merge-patch+json";
    case PatchType::json:
      return "application/json-patch+json";
  }
  std::abort();  // not a type: memory is corrupt
}

}  // namespace kube
