#include "snapshot/content_messages.hpp"

namespace snapshot {
namespace {

std::string name_of(const ContentView& content) {
  return std::string(content.name());
}

// "content a", "group snapshot content a"
std::string the_content(const ContentView& content) {
  return std::string(content.kind().content_noun) + " " + name_of(content);
}

std::string noun(const ContentView& content) {
  return std::string(content.kind().noun);
}

// "snapshot of the volume vol-1", "group snapshot of the volumes [vol-1 vol-2]"
std::string snapshot_of_volumes(const ContentView& content) {
  std::string list;
  for (const std::string& volume : content.source_volumes())
    list += (list.empty() ? "" : " ") + volume;
  return noun(content) +
         (content.kind().group ? " of the volumes [" + list + "]" : " of the volume " + list);
}

bool is_removal(const ContentView& content, Deed deed) {
  return deed == Deed::remove ||
         (deed == Deed::fetch_secret && content.should_delete() && content.snapshot_handle());
}

std::string secret_error(const ContentView& content, const std::string& error) {
  if (is_removal(content, Deed::fetch_secret))
    return "Failed to get snapshot credentials: " + error;
  if (!is_checking(content)) return input_error(content, error);
  return with_prefix(content, "failed to get credentials for " + noun(content) + " content " +
                                  name_of(content) + ": " + error);
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool is_checking(const ContentView& content) {
  return content.snapshot_handle() || content.source_snapshot_handle();
}

std::string with_prefix(const ContentView& content, const std::string& error) {
  if (is_checking(content))
    return "Failed to check and update " + noun(content) + " content: " + error;
  return "Failed to create " + noun(content) + ": " + error;
}

std::string input_error(const ContentView& content, const std::string& inner) {
  return with_prefix(content, "failed to get input parameters to create " + noun(content) +
                                  " for " + the_content(content) + ": " + quoted(inner));
}

std::string message_of(const ContentView& content, const Failure& failure) {
  const std::string& error = failure.error.text();
  switch (failure.deed) {
    case Deed::fetch_secret:
      return secret_error(content, error);
    case Deed::create:
      return with_prefix(content,
                         "failed to take " + snapshot_of_volumes(content) + ": " + quoted(error));
    case Deed::look_up:
      return with_prefix(content, "failed to list " + noun(content) + " for " +
                                      the_content(content) + ": " + quoted(error));
    case Deed::remove:
      return "Failed to delete " + noun(content) + ": " + error;
  }
  return error;
}

std::string_view reason_of(const ContentView& content, const Failure* failure) {
  const ContentKind& kind = content.kind();
  if (failure && is_removal(content, failure->deed)) return kind.delete_failed;
  return is_checking(content) ? kind.check_failed : kind.creation_failed;
}

Complaint write_refused(const ContentView& content, const Action& doing, const base::Error& why) {
  const ContentKind& kind = content.kind();
  const std::string inner =
      "snapshot controller failed to update " + name_of(content) + " on API server: " + why.text();
  if (std::holds_alternative<ClearStatus>(doing))
    return Complaint{kind.delete_failed, "Failed to clear content status: " + inner};
  if (std::holds_alternative<Release>(doing))
    return Complaint{kind.delete_failed, "Failed to remove the finalizer: " + inner};
  const std::string mark =
      kind.group ? "VolumeGroupSnapshotBeingCreated" : "VolumeSnapshotBeingCreated";
  std::string what = "error updating status for volume " + noun(content) + " content " +
                     name_of(content) + ": " + inner;
  if (std::holds_alternative<MarkBeingCreated>(doing))
    what = "failed to add " + mark + " annotation on the " + the_content(content) + ": " +
           quoted(inner);
  if (std::holds_alternative<UnmarkBeingCreated>(doing))
    what = "failed to remove " + mark + " annotation on the " + the_content(content) + ": " +
           quoted(inner);
  return Complaint{reason_of(content, nullptr), with_prefix(content, what)};
}

}  // namespace snapshot
