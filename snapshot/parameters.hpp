#pragma once

#include <map>
#include <string>

#include <boost/json/value.hpp>

#include "base/error.hpp"
#include "snapshot/content_view.hpp"

namespace snapshot {

using Parameters = std::map<std::string, std::string>;

// `parameters` of a VolumeSnapshotClass; values that are no strings are left out.
Parameters parameters_of_class(const boost::json::value& snapshot_class);

// What the driver gets of a class's parameters: without the eight keys that name secrets. Any other
// key under csi.storage.k8s.io/ is an error that names it (spec/sidecar.md 4.8).
base::Result<Parameters> without_reserved(const Parameters& of_class);

// --extra-create-metadata: names of the VolumeSnapshot and the content.
void add_metadata(Parameters& parameters, const ContentView& content);

}  // namespace snapshot
