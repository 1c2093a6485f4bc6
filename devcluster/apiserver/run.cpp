#include "devcluster/apiserver/run.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "base/flags.hpp"
#include "devcluster/apiserver/server.hpp"

namespace devcluster::apiserver {

namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::int64_t port = 0;
  bool https = false;
  std::string token;
  std::string crds;
  std::string kubeconfig_out;
};

base::Flags flags_of(Arguments& arguments) {
  base::Flags flags("apiserver");
  flags.add("port", &arguments.port, "port on 127.0.0.1; 0 takes a free one");
  flags.add("https", &arguments.https, "serve HTTPS, with a certificate authority made at start");
  flags.add("token", &arguments.token, "bearer token to demand from clients");
  flags.add("crds", &arguments.crds, "folder with YAML manifests to load at start");
  flags.add("kubeconfig-out", &arguments.kubeconfig_out, "file to write a kubeconfig to");
  return flags;
}

base::Result<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(in), {});
  if (in.bad() || !in.is_open())
    return base::Error(base::ErrorKind::not_found, "cannot read " + path.string());
  return content;
}

bool is_manifest(const fs::path& file) {
  const bool yaml = file.extension() == ".yaml" || file.extension() == ".yml";
  return yaml && file.stem() != "kustomization";  // that one is for kubectl apply -k
}

// In the order of their names, as kubectl apply -f takes a folder.
base::Result<std::vector<fs::path>> manifests_in(const std::string& folder) {
  std::error_code problem;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem))
    if (is_manifest(entry.path())) files.push_back(entry.path());
  if (problem)
    return base::Error(base::ErrorKind::not_found, "--crds " + folder + ": " + problem.message());
  std::sort(files.begin(), files.end());
  return files;
}

base::Result<void> load_folder(Server& server, const std::string& folder) {
  if (folder.empty()) return {};
  const base::Result<std::vector<fs::path>> files = manifests_in(folder);
  if (!files) return files.error();
  for (const fs::path& file : *files) {
    const base::Result<std::string> yaml = read_file(file);
    if (!yaml) return yaml.error();
    if (base::Result<void> loaded = server.load_manifest(*yaml); !loaded)
      return loaded.error().while_doing(file.string());
  }
  return {};
}

// Readable by nobody else: a token may be in it.
base::Result<void> write_private(const std::string& path, const std::string& content) {
  if (path.empty()) return {};
  std::error_code problem;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, problem);
  out << content << std::flush;
  if (out && !problem) return {};
  return base::Error(base::ErrorKind::invalid, "cannot write --kubeconfig-out " + path);
}

base::Result<void> start(Server& server, const Arguments& arguments) {
  if (base::Result<void> loaded = load_folder(server, arguments.crds); !loaded) return loaded;
  if (const auto port = server.start(); !port) return port.error();
  return write_private(arguments.kubeconfig_out, server.kubeconfig());
}

Options options_of(const Arguments& arguments) {
  Options options;
  options.port = static_cast<std::uint16_t>(arguments.port);
  options.https = arguments.https;
  options.request_log_capacity = 10000;  // it may run for days
  if (!arguments.token.empty()) options.tokens.push_back(arguments.token);
  return options;
}

int serve(const Arguments& arguments) {
  boost::asio::io_context io;
  Server server(io, options_of(arguments));
  if (const base::Result<void> started = start(server, arguments); !started) {
    std::cerr << "apiserver: " << started.error().text() << "\n";
    return 1;
  }
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&server](boost::system::error_code, int) { server.stop(); });
  std::cout << "serving " << server.url() << std::endl;
  io.run();
  return 0;
}

}  // namespace

int run_apiserver(const std::vector<std::string>& words) {
  Arguments arguments;
  base::Flags flags = flags_of(arguments);
  const base::Result<base::Flags::Parsed> parsed = flags.parse(words);
  if (!parsed || arguments.port < 0 || arguments.port > 65535) {
    std::cerr << (parsed ? "--port must be between 0 and 65535" : parsed.error().text()) << "\n"
              << flags.usage();
    return 2;
  }
  if (parsed->help) {
    std::cout << flags.usage();
    return 0;
  }
  return serve(arguments);
}

}  // namespace devcluster::apiserver
