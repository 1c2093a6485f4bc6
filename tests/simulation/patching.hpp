#pragma once

#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "kube/api/patch.hpp"

namespace simulation {

// The object with the patch carried out, as kube-apiserver does it: a merge patch by RFC 7396, a
// JSON patch by the embedded API server's own rules. ErrorKind::invalid: it does not apply.
base::Result<boost::json::value> patched(const boost::json::value& object,
                                         const kube::Patch& patch);

}  // namespace simulation
