#pragma once

#include <cstdint>
#include <string_view>

#include "snapshot/content_view.hpp"

// What a cache needs to know of a content to keep no more than the work left (design.md 3.2).
namespace snapshot {

enum class ContentState : std::uint8_t {
  foreign,   // another driver's
  pending,   // nothing begun yet
  creating,  // a create is under way, or its outcome is unknown
  waiting,   // the snapshot exists, as far as we know, and is not ready to use
  ready,
  deleting,  // deletion asked for and allowed
  standing,  // a group's member without a handle, or waits for somebody else: not ours to move
};

std::string_view to_string(ContentState state);

ContentState state_of(const ContentView& content, std::string_view driver);

// Whether plan() would do anything for a content in this shape; false means that nothing but a
// change from outside can make work of it.
bool needs_work(const ContentView& content, std::string_view driver);

// A digest of what others decide about a content: deletion, specification, class, secrets, owner.
// Status, our own mark and foreign annotations are no part of it, so our own writes and other
// people's notes wake nobody (design.md 3.4, 3.5).
std::uint64_t intent(const ContentView& content);

}  // namespace snapshot
