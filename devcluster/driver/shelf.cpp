#include "devcluster/driver/shelf.hpp"

#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

namespace devcluster::driver {
namespace {

namespace fs = std::filesystem;
using base::Result;

Result<void> removed(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return errno_error("remove " + path.string(), error.value());
  return {};
}

Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    entries.push_back(entry->path());
  if (error) return errno_error("read " + folder.string(), error.value());
  return entries;
}

bool leftover(const fs::path& entry) {
  const bool partial = entry.filename().string().starts_with('.');
  const bool record_alone =
      entry.extension() == ".json" && !fs::is_directory(fs::path(entry).replace_extension());
  return partial || record_alone;
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

Result<Shelf::Records> Shelf::open() {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return errno_error("make " + folder_.string(), error.value());
  if (const Result<void> tidy = remove_leftovers(); !tidy) return tidy.error();
  const Result<std::vector<fs::path>> entries = entries_of(folder_);
  if (!entries) return entries.error();
  Records records;
  for (const fs::path& entry : *entries)
    if (entry.extension() == ".json") records.emplace(entry.stem().string(), content_of(entry));
  return records;
}

Result<void> Shelf::remove_leftovers() {
  const Result<std::vector<fs::path>> entries = entries_of(folder_);
  if (!entries) return entries.error();
  for (const fs::path& entry : *entries) {
    if (!leftover(entry)) continue;
    if (const Result<void> gone = removed(entry); !gone) return gone;
  }
  return {};
}

Result<void> Shelf::add(const std::string& id, const std::string& record, const Fill& fill) {
  Result<void> done = fill(partial(id));
  if (done) done = write_atomically(record_of(id), record, durability_);
  if (done) {
    std::error_code error;
    fs::rename(partial(id), data_of(id), error);
    if (error) done = errno_error("make " + data_of(id).string(), error.value());
  }
  if (done) done = sync_folder(folder_, durability_);
  if (done) return done;
  std::error_code ignored;  // the first failure is the one to tell
  for (const fs::path& left : {data_of(id), partial(id), record_of(id)})
    fs::remove_all(left, ignored);
  return done;
}

Result<void> Shelf::remove(const std::string& id) {
  std::error_code error;
  fs::rename(data_of(id), partial(id), error);
  // Not there: a removal that failed half-way is tried again.
  if (error && error != std::errc::no_such_file_or_directory)
    return errno_error("remove " + data_of(id).string(), error.value());
  if (const Result<void> synced = sync_folder(folder_, durability_); !synced) return synced;
  if (const Result<void> gone = removed(record_of(id)); !gone) return gone;
  return removed(partial(id));
}

}  // namespace devcluster::driver
