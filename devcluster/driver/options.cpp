#include "devcluster/driver/options.hpp"

#include <string_view>

#include "csi-spec/csi.pb.h"

namespace devcluster::driver {
namespace {

using base::Error;
using base::ErrorKind;
using Capability = csi::v1::ControllerServiceCapability::RPC;

// "LIST_SNAPSHOTS,GET_SNAPSHOT"
base::Result<std::set<std::string>> capabilities_in(std::string_view list) {
  std::set<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string name(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    Capability::Type type;
    if (!Capability::Type_Parse(name, &type))
      return Error(ErrorKind::invalid,
                   "--without-capability: CSI has no controller capability \"" + name + "\"");
    names.insert(name);
  }
  return names;
}

base::Result<void> check(const Options& options) {
  const base::Result<std::string> path = socket_path(options.endpoint);
  if (!path) return path.error();
  if (options.data_folder.empty())
    return Error(ErrorKind::invalid,
                 "--data is missing: name the folder for volumes and snapshots");
  if (options.name.empty()) return Error(ErrorKind::invalid, "--name must not be empty");
  return {};
}

}  // namespace

base::Result<std::string> socket_path(const std::string& endpoint) {
  std::string_view path = endpoint;
  for (const std::string_view scheme : {"unix://", "unix:"})
    if (path.starts_with(scheme)) {
      path.remove_prefix(scheme.size());
      break;
    }
  if (!path.starts_with('/'))
    return Error(ErrorKind::invalid,
                 "--endpoint \"" + endpoint + "\" is no Unix socket: write unix:///path/csi.sock");
  return std::string(path);
}

base::Result<CommandLine> parse_command_line(const std::vector<std::string>& words) {
  CommandLine line;
  Options& options = line.options;
  std::string without, failures, lost_replies;
  base::Flags flags("devcluster driver");
  flags.add("name", &options.name, "Name that GetPluginInfo tells.");
  flags.add("endpoint", &options.endpoint, "Unix socket to listen on.");
  flags.add("data", &options.data_folder, "Folder for volumes and snapshots.");
  flags.add("durable", &options.durable, "Write through to the disk before answering.");
  flags.add("create-delay", &options.behaviour.create_delay, "How long CreateSnapshot takes.");
  flags.add("delete-delay", &options.behaviour.delete_delay, "How long DeleteSnapshot takes.");
  flags.add("ready-after", &options.behaviour.ready_after,
            "How long after its creation a snapshot becomes ready to use.");
  flags.add("without-capability", &without,
            "Controller capabilities to do without, comma-separated: LIST_SNAPSHOTS,GET_SNAPSHOT.");
  flags.add("fail", &failures, "Calls to fail: create=UNAVAILABLE*3,delete=INTERNAL.");
  flags.add("lose-reply", &lost_replies,
            "Calls to carry out without telling so: create*2,delete=DEADLINE_EXCEEDED.");
  line.usage = flags.usage();

  const base::Result<base::Flags::Parsed> parsed = flags.parse(words);
  if (!parsed) return parsed.error();
  line.help = parsed->help;
  if (line.help) return line;
  if (!parsed->rest.empty())
    return Error(ErrorKind::invalid, "unexpected word \"" + parsed->rest.front() + "\"");
  if (auto added = options.behaviour.faults.add_failures(failures); !added)
    return added.error().while_doing("--fail");
  if (auto added = options.behaviour.faults.add_lost_replies(lost_replies); !added)
    return added.error().while_doing("--lose-reply");
  base::Result<std::set<std::string>> names = capabilities_in(without);
  if (!names) return names.error();
  options.behaviour.without = std::move(*names);
  if (const base::Result<void> checked = check(options); !checked) return checked.error();
  return line;
}

}  // namespace devcluster::driver
