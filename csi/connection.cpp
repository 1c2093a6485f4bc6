// How a gRPC call becomes an awaitable, and who owns what meanwhile.
//
// A call in flight is one heap object (Flight): gRPC's state of the call, and the coroutine to go
// on with. While gRPC has it, gRPC's callback is the only one to touch it, apart from TryCancel,
// which is safe at any time. The callback, on a thread of gRPC's, does one thing: it posts the
// object to the loop. So it is always destroyed on the loop's thread, be it after the coroutine
// has gone on or because the io_context is destroyed first.

#include "csi/connection.hpp"

#include <string.h>

#include <atomic>
#include <limits>
#include <set>
#include <utility>

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/pchars.hpp>

#include "csi/channel_state.hpp"
#include "csi/message_text.hpp"
#include "csi/status.hpp"

namespace csi {
namespace {

namespace asio = boost::asio;
namespace pb = google::protobuf;

// gRPC's default, said aloud: lists of snapshots must fit, page by page.
constexpr int max_reply_bytes = 4 * 1024 * 1024;
// An error's text comes in the trailers. Beyond gRPC's own 8 KiB a driver written in Go resets the
// stream instead, and its DEADLINE_EXCEEDED with a tool's output would reach us as INTERNAL.
constexpr int max_error_bytes = 1024 * 1024;
// Waiting longer would only make a driver that is back look dead.
constexpr int reconnect_backoff_ms = 1000;

// Channels with equal arguments share one connection and its backoff. The number makes that so for
// those of one Connection, and for no others.
constexpr char connection_number[] = "csi.connection_number";

std::shared_ptr<grpc::Channel> make_channel(const std::string& socket_path, int number) {
  grpc::ChannelArguments args;
  args.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
  args.SetMaxReceiveMessageSize(max_reply_bytes);
  args.SetInt(GRPC_ARG_MAX_METADATA_SIZE, max_error_bytes);
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, reconnect_backoff_ms);
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, reconnect_backoff_ms);
  args.SetInt(GRPC_ARG_CLIENT_IDLE_TIMEOUT_MS, std::numeric_limits<int>::max());
  args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  args.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  args.SetInt(connection_number, number);
  const auto path_chars = boost::urls::pchars + '/';
  return grpc::CreateCustomChannel("unix:" + boost::urls::encode(socket_path, path_chars),
                                   grpc::InsecureChannelCredentials(), args);
}

gpr_timespec grpc_time(base::Instant deadline) {
  using std::chrono::duration_cast;
  const auto left = duration_cast<std::chrono::nanoseconds>(deadline - base::Instant::clock::now());
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(left.count(), GPR_TIMESPAN));
}

// The request may hold credentials. The transport reads this very memory, so that there is nothing
// to overwrite but it.
grpc::ByteBuffer wiped_after_use(const pb::Message& message) {
  const std::size_t size = message.ByteSizeLong();
  char* bytes = new char[size];
  message.SerializeToArray(bytes, static_cast<int>(size));
  const grpc::Slice slice(bytes, size, [](void* begin, std::size_t length) {
    explicit_bzero(begin, length);
    delete[] static_cast<char*>(begin);
  });
  return grpc::ByteBuffer(&slice, 1);
}

bool parse(grpc::ByteBuffer& bytes, pb::Message& message) {
  if (!bytes.Valid()) return false;  // an OK status without a message
  grpc::ProtoBufferReader reader(&bytes);
  return message.ParseFromZeroCopyStream(&reader);
}

struct Rpc;

// Shared with gRPC's threads, which touch the counter only.
struct InFlight {
  std::set<Rpc*> rpcs;                // on the loop's thread
  std::atomic<int> held_by_grpc = 0;  // flights whose callback has not yet finished

  void cancel_all_and_wait();
};

struct Rpc {
  Rpc(std::shared_ptr<grpc::Channel> channel, std::shared_ptr<InFlight> in_flight)
      : channel(std::move(channel)), in_flight(std::move(in_flight)) {
    this->in_flight->rpcs.insert(this);
  }
  ~Rpc() { in_flight->rpcs.erase(this); }
  Rpc(const Rpc&) = delete;
  Rpc& operator=(const Rpc&) = delete;

  std::shared_ptr<grpc::Channel> channel;  // gRPC must outlive the context
  std::shared_ptr<InFlight> in_flight;
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer reply;
  grpc::Status status;
};

void InFlight::cancel_all_and_wait() {
  for (Rpc* rpc : rpcs) rpc->context.TryCancel();
  for (int held = held_by_grpc; held > 0; held = held_by_grpc) held_by_grpc.wait(held);
}

// See the top of this file.
template <class Handler>
struct Flight {
  Flight(std::unique_ptr<Rpc> rpc, Handler handler)
      : rpc(std::move(rpc)),
        handler(std::move(handler)),
        // Tracked: the io_context must not run dry while gRPC has the call.
        loop(asio::prefer(asio::any_io_executor(asio::get_associated_executor(this->handler)),
                          asio::execution::outstanding_work.tracked)) {}

  std::unique_ptr<Rpc> rpc;
  Handler handler;
  asio::any_io_executor loop;
};

template <class Handler>
void land(std::unique_ptr<Flight<Handler>> flight) {
  asio::get_associated_cancellation_slot(flight->handler).clear();
  const asio::any_io_executor loop = std::move(flight->loop);
  Handler handler = std::move(flight->handler);
  std::unique_ptr<Rpc> rpc = std::move(flight->rpc);
  flight.reset();
  std::move(handler)(std::move(rpc));
}

template <class Handler>
void take_off(const std::string& method, std::unique_ptr<Rpc> owned, Handler handler) {
  Rpc& rpc = *owned;
  auto* flight = new Flight<Handler>(std::move(owned), std::move(handler));
  auto slot = asio::get_associated_cancellation_slot(flight->handler);
  if (slot.is_connected())
    slot.assign([&rpc](asio::cancellation_type) { rpc.context.TryCancel(); });

  ++rpc.in_flight->held_by_grpc;
  auto on_completion = [flight, in_flight = rpc.in_flight](grpc::Status status) {
    flight->rpc->status = std::move(status);
    {
      const asio::any_io_executor loop = flight->loop;
      std::unique_ptr<Flight<Handler>> given_back(flight);
      asio::post(loop,
                 [given_back = std::move(given_back)]() mutable { land(std::move(given_back)); });
    }
    --in_flight->held_by_grpc;  // last: from now on the io_context may be gone
    in_flight->held_by_grpc.notify_all();
  };
  grpc::GenericStub stub(rpc.channel);
  stub.UnaryCall(&rpc.context, method, grpc::StubOptions(), &rpc.request, &rpc.reply,
                 std::move(on_completion));
}

}  // namespace

class Connection::Channel {
 public:
  explicit Channel(const std::string& socket_path)
      : number_(++connections_),
        channel_(make_channel(socket_path, number_)),
        state_(make_channel(socket_path, number_)) {}
  ~Channel() { in_flight_->cancel_all_and_wait(); }

  ChannelState& state() { return state_; }

  asio::awaitable<std::unique_ptr<Rpc>> exchange(std::string method, grpc::ByteBuffer request,
                                                 base::Instant deadline) {
    auto rpc = std::make_unique<Rpc>(channel_, in_flight_);
    rpc->context.set_deadline(grpc_time(deadline));
    rpc->request.Swap(&request);
    auto initiation = [method = std::move(method), rpc = std::move(rpc)](auto handler) mutable {
      take_off(method, std::move(rpc), std::move(handler));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::unique_ptr<Rpc>)>(
        std::move(initiation), asio::use_awaitable);
  }

 private:
  static inline int connections_ = 0;

  int number_;
  std::shared_ptr<grpc::Channel> channel_;
  std::shared_ptr<InFlight> in_flight_ = std::make_shared<InFlight>();
  ChannelState state_;
};

Connection::Connection(const base::Logger& log, std::string socket_path,
                       std::chrono::nanoseconds timeout, OnCall on_call)
    : log_(log),
      socket_path_(std::move(socket_path)),
      timeout_(timeout),
      on_call_(std::move(on_call)),
      channel_(std::make_unique<Channel>(socket_path_)) {}

Connection::~Connection() = default;

asio::awaitable<bool> Connection::connect() {
  return channel_->state().connect();
}
asio::awaitable<void> Connection::until_connected() {
  return channel_->state().until_connected();
}
asio::awaitable<void> Connection::until_lost() {
  return channel_->state().until_lost();
}

asio::awaitable<base::Result<void>> Connection::call(std::string method, const pb::Message& request,
                                                     pb::Message& reply, base::Instant deadline) {
  if (log_.enabled(5))
    log_.debug(5, "GRPC call", {{"method", method}, {"request", message_text(request)}});
  const base::Instant began = base::Instant::clock::now();
  auto exchange = channel_->exchange(method, wiped_after_use(request), deadline);
  const std::unique_ptr<Rpc> rpc = co_await std::move(exchange);

  base::Result<void> result;
  if (!rpc->status.ok())
    result = rpc_error(rpc->status.error_code(), rpc->status.error_message());
  else if (!parse(rpc->reply, reply))
    result = base::Error(
        base::ErrorKind::malformed,
        "the driver's reply to " + method + " is no valid message of type " + reply.GetTypeName());
  if (on_call_) {
    CallSeen seen;
    seen.method = method;
    if (result || !rpc->status.ok()) seen.code = code_name(rpc->status.error_code());
    seen.took = base::Instant::clock::now() - began;
    on_call_(seen);
  }
  if (log_.enabled(5))
    log_.debug(5, "GRPC response",
               {{"method", method},
                {"response", result ? message_text(reply) : std::string("{}")},
                {"err", result ? std::string() : result.error().text()}});
  co_return result;
}

}  // namespace csi
