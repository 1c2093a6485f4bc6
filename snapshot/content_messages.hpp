#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "snapshot/content_plan.hpp"
#include "snapshot/content_view.hpp"

// What operators read in status.error and in events. The shapes are upstream's, because tools match
// on them (spec/sidecar.md 4.6, 7.6). One prefix for one fault: upstream's changes between first
// try and retry, and so gives two events for it.
namespace snapshot {

// As Go's %q does for the texts that occur here.
std::string quoted(std::string_view text);

// Whether the snapshot exists as far as we know, so that errors are about checking on it.
bool is_checking(const ContentView& content);

// "Failed to create snapshot: <error>", or "Failed to check and update snapshot content: <error>".
std::string with_prefix(const ContentView& content, const std::string& error);

// The class or the secret cannot be used.
std::string input_error(const ContentView& content, const std::string& inner);

std::string message_of(const ContentView& content, const Failure& failure);

// The reason of the event that goes with message_of() or with_prefix().
std::string_view reason_of(const ContentView& content, const Failure* failure);

}  // namespace snapshot
