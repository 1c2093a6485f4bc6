#include "devcluster/driver/run.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "devcluster/driver/options.hpp"
#include "devcluster/driver/server.hpp"

namespace devcluster::driver {
namespace {

constexpr int usage_error = 2;

int serve(const Options& options) {
  boost::asio::io_context io;
  base::SystemClock clock;
  const base::Result<std::unique_ptr<Server>> server =
      Server::start(io.get_executor(), clock, options);
  if (!server) {
    std::cerr << "devcluster driver: " << server.error().text() << "\n";
    return EXIT_FAILURE;
  }
  std::cerr << options.name << " listens on " << (*server)->socket_path() << ", data in "
            << options.data_folder << "\n";
  (*server)->calls().tell([](const Call& call) {
    std::cout << call.method << " " << call.subject << ": " << name_of(call.code) << std::endl;
  });
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
  io.run();
  return EXIT_SUCCESS;
}

}  // namespace

int run_driver(const std::vector<std::string>& words) {
  const base::Result<CommandLine> line = parse_command_line(words);
  if (!line) {
    std::cerr << "devcluster driver: " << line.error().text()
              << "\nSee devcluster driver --help.\n";
    return usage_error;
  }
  if (line->help) {
    std::cout << line->usage;
    return EXIT_SUCCESS;
  }
  return serve(line->options);
}

}  // namespace devcluster::driver
