#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace devcluster::driver {

// Whether a function returns only when the disk has what it wrote (fsync), or as soon as the
// kernel has it.
enum class Durability { kernel, disk };

// An errno as our error: "write /data/x: No space left on device"; exhausted for a full disk.
base::Error errno_error(const std::string& doing, int number);

// The file has either its old content or the new one, whenever we are killed.
base::Result<void> write_atomically(const std::filesystem::path& file, const std::string& content,
                                    Durability durability);

// Makes renames, new and removed entries in the folder last.
base::Result<void> sync_folder(const std::filesystem::path& folder, Durability durability);

// Copies a folder with all it holds to `to`, which must not exist: files (sharing their blocks
// where the file system can, with holes kept), folders, symbolic links as such, pipes and sockets;
// modes, owners as far as allowed, and times. Extended attributes are left behind, and hard links
// become files of their own.
base::Result<void> copy_tree(const std::filesystem::path& from, const std::filesystem::path& to,
                             Durability durability);

}  // namespace devcluster::driver
