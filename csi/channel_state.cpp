#include "csi/channel_state.hpp"

#include <utility>

#include <grpcpp/channel.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace csi {
namespace {

namespace asio = boost::asio;

// One who waits for the next change. The forwarder only passes it on; all else is the loop's.
struct Wait {
  Wait(asio::any_io_executor executor, std::weak_ptr<int> owner)
      : loop(std::move(executor)),
        alarm(loop, asio::steady_timer::time_point::max()),
        owner(std::move(owner)) {}

  const asio::any_io_executor loop;
  asio::steady_timer alarm;  // never rings, only gets cancelled
  std::weak_ptr<int> owner;
  bool changed = false;
};
using Tag = std::shared_ptr<Wait>;

}  // namespace

ChannelState::ChannelState(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)), forwarder_([this] { forward_news(); }) {}

ChannelState::~ChannelState() {
  channel_.reset();  // ends the watches
  queue_.Shutdown();
  forwarder_.join();
}

void ChannelState::forward_news() {
  void* tag = nullptr;
  bool changed = false;
  while (queue_.Next(&tag, &changed)) {
    const std::unique_ptr<Tag> wait(static_cast<Tag*>(tag));
    const asio::any_io_executor loop = (*wait)->loop;
    asio::post(loop, [wait = std::move(*wait)] {
      if (wait->owner.expired()) return;
      wait->changed = true;
      wait->alarm.cancel();
    });
  }
}

asio::awaitable<void> ChannelState::until_other_than(int state) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto wait = std::make_shared<Wait>(executor, life_);
  channel_->NotifyOnStateChange(static_cast<grpc_connectivity_state>(state),
                                gpr_inf_future(GPR_CLOCK_MONOTONIC), &queue_, new Tag(wait));
  co_await wait->alarm.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!wait->changed) throw boost::system::system_error(asio::error::operation_aborted);
}

asio::awaitable<bool> ChannelState::connect() {
  for (;;) {
    const grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
    if (state == GRPC_CHANNEL_READY) co_return true;
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE) co_return false;
    co_await until_other_than(state);
  }
}

asio::awaitable<void> ChannelState::until_connected() {
  for (;;) {
    const grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
    if (state == GRPC_CHANNEL_READY) co_return;
    co_await until_other_than(state);
  }
}

asio::awaitable<void> ChannelState::until_lost() {
  while (channel_->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_READY)
    co_await until_other_than(GRPC_CHANNEL_READY);
}

}  // namespace csi
