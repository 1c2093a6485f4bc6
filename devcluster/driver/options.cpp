#include "devcluster/driver/options.hpp"

#include <algorithm>
#include <string_view>

#include "csi-spec/csi.pb.h"

namespace devcluster::driver {
namespace {

using base::Error;
using base::ErrorKind;
using Capability = csi::v1::ControllerServiceCapability::RPC;
using GroupCapability = csi::v1::GroupControllerServiceCapability::RPC;

// "LIST_SNAPSHOTS,GET_SNAPSHOT"
base::Result<std::set<std::string>> capabilities_in(std::string_view list) {
  std::set<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string name(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    Capability::Type type;
    GroupCapability::Type group_type;
    if (!Capability::Type_Parse(name, &type) && !GroupCapability::Type_Parse(name, &group_type))
      return Error(ErrorKind::invalid,
                   "--without-capability: CSI has no controller capability \"" + name + "\"");
    names.insert(name);
  }
  return names;
}

// "password=hunter2"; empty: none
base::Result<std::map<std::string, std::string>> secret_in(const std::string& text) {
  std::map<std::string, std::string> secrets;
  const std::size_t equals = text.find('=');
  if (!text.empty() && (equals == 0 || equals == text.npos))
    return Error(ErrorKind::invalid, "--require-secret: write a key and a value, password=x");
  if (!text.empty()) secrets[text.substr(0, equals)] = text.substr(equals + 1);
  return secrets;
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
  std::string without, secret, failures, lost_replies, spoilt_replies;
  base::Flags flags("devcluster driver");
  flags.add("name", &options.name, "Name that GetPluginInfo tells.");
  flags.add("endpoint", &options.endpoint, "Unix socket to listen on.");
  flags.add("data", &options.data_folder, "Folder for volumes and snapshots.");
  flags.add("durable", &options.durable, "Write through to the disk before answering.");
  flags.add("create-delay", &options.behaviour.create_delay,
            "How long it takes to create a snapshot or a group of them.");
  flags.add("delete-delay", &options.behaviour.delete_delay,
            "How long it takes to delete a snapshot or a group of them.");
  flags.add("ready-after", &options.behaviour.ready_after,
            "How long after its creation a snapshot becomes ready to use.");
  flags.add("without-capability", &without,
            "Capabilities to do without, comma-separated: "
            "LIST_SNAPSHOTS,CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT.");
  flags.add("require-secret", &secret,
            "Secret that all calls about snapshots and groups must bring: password=hunter2.");
  flags.add("fail", &failures, "Calls to fail: create=UNAVAILABLE*3,delete=INTERNAL.");
  flags.add("lose-reply", &lost_replies,
            "Calls to carry out without telling so: create*2,delete=DEADLINE_EXCEEDED.");
  flags.add("spoil-reply", &spoilt_replies,
            "Calls to carry out and answer with nonsense: create=empty-id,get-group=no-message*2.");
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
  if (auto added = options.behaviour.faults.add_spoilt_replies(spoilt_replies); !added)
    return added.error().while_doing("--spoil-reply");
  base::Result<std::map<std::string, std::string>> secrets = secret_in(secret);
  if (!secrets) return secrets.error();
  options.behaviour.required_secrets = std::move(*secrets);
  base::Result<std::set<std::string>> names = capabilities_in(without);
  if (!names) return names.error();
  options.behaviour.without = std::move(*names);
  if (const base::Result<void> checked = check(options); !checked) return checked.error();
  return line;
}

}  // namespace devcluster::driver
