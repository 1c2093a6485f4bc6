#include "snapshot/content_interest.hpp"

#include <cstdlib>

#include "base/json.hpp"

namespace snapshot {
namespace {

// FNV-1a, 64 bits: short, stable, and good enough to notice a change.
class Digest {
 public:
  void add(std::string_view text) {
    for (const char c : text) step(static_cast<unsigned char>(c));
    step(0xff);  // no UTF-8 text holds it: keeps ("ab", "c") and ("a", "bc") apart
  }
  void add(bool yes) { step(yes ? 1 : 0); }
  std::uint64_t value() const { return value_; }

 private:
  void step(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3; }

  std::uint64_t value_ = 0xcbf29ce484222325;
};

bool being_removed_needs_work(const ContentView& content) {
  const bool storage_to_delete = content.deletion_policy() == DeletionPolicy::remove &&
                                 content.snapshot_handle() && !content.has_group_handle();
  return storage_to_delete || content.finalizer_index() || content.being_created();
}

}  // namespace

std::string_view to_string(ContentState state) {
  switch (state) {
    case ContentState::foreign:
      return "foreign";
    case ContentState::pending:
      return "pending";
    case ContentState::creating:
      return "creating";
    case ContentState::waiting:
      return "waiting";
    case ContentState::ready:
      return "ready";
    case ContentState::deleting:
      return "deleting";
    case ContentState::standing:
      return "standing";
  }
  std::abort();  // not a state: memory is corrupt
}

ContentState state_of(const ContentView& content, std::string_view driver) {
  const bool has_source = content.is_dynamic() || content.source_snapshot_handle();
  if (content.driver() != driver || !has_source) return ContentState::foreign;
  if (content.should_delete()) return ContentState::deleting;
  if (content.ready_to_use()) return ContentState::ready;
  if (content.snapshot_handle() || content.source_snapshot_handle()) return ContentState::waiting;
  if (content.is_group_member()) return ContentState::standing;
  if (content.being_created()) return ContentState::creating;
  return content.deletion_requested() ? ContentState::standing : ContentState::pending;
}

bool needs_work(const ContentView& content, std::string_view driver) {
  if (content.is_gone()) return false;
  switch (state_of(content, driver)) {
    case ContentState::foreign:
    case ContentState::standing:
      return false;
    case ContentState::ready:
      return content.being_created();
    case ContentState::deleting:
      return being_removed_needs_work(content);
    case ContentState::pending:
    case ContentState::creating:
    case ContentState::waiting:
      return true;
  }
  std::abort();  // not a state: memory is corrupt
}

std::uint64_t intent(const ContentView& content) {
  Digest digest;
  digest.add(content.uid());
  digest.add(content.deletion_requested());
  digest.add(content.has_annotation(content.kind().being_deleted));
  digest.add(content.is_group_member());
  digest.add(content.annotation(content.kind().secret_name).value_or(""));
  digest.add(content.annotation(content.kind().secret_namespace).value_or(""));
  digest.add(content.driver());
  digest.add(content.deletion_policy() == DeletionPolicy::remove);
  digest.add(content.class_name().value_or(""));
  for (const std::string& volume : content.source_volumes()) digest.add(volume);
  digest.add(content.source_snapshot_handle().value_or(""));
  digest.add(content.snapshot_ref_name());
  digest.add(content.snapshot_ref_namespace());
  digest.add(content.snapshot_ref_uid());
  return digest.value();
}

}  // namespace snapshot
