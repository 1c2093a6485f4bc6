#include "kube/http/transport.hpp"

#include <string_view>
#include <utility>

#include "kube/http/deadline.hpp"

namespace kube {
namespace {

namespace asio = boost::asio;

constexpr std::size_t largest_refusal = 64 * 1024;  // bytes; a Status is rarely above two KiB

Answer failed(base::Error error) {
  Answer answer;
  answer.error = std::move(error);
  return answer;
}

}  // namespace

// One exchange over one connection. Lives in the frame of attempt(), which awaits all its steps.
class Transport::Run {
 public:
  Run(std::string wire, bool reads, Patience patience, BodyReader& reader)
      : wire(std::move(wire)), reads(reads), patience(patience), reader(reader) {}

  // The peer closed an idle connection just when we used it, and cannot have acted on the request.
  bool never_arrived() const {
    return answer.lost && !connection->answered() && (reads || connection->sent() == 0);
  }

  std::string wire;
  bool reads;  // sending it twice does no harm
  Patience patience;
  BodyReader& reader;
  std::unique_ptr<Connection> connection;
  Answer answer;
  Deadline* deadline = nullptr;
};

Transport::Transport(asio::any_io_executor executor, base::Clock& clock,
                     const ClusterConfig& config)
    : executor_(executor), clock_(clock), dialer_(executor, clock, config) {}

asio::awaitable<Answer> Transport::attempt(HttpRequest request, Headers headers, Patience patience,
                                           BodyReader& reader) {
  base::Result<std::string> wire = to_wire(request, headers);
  if (!wire) co_return failed(wire.error());
  Run run(*std::move(wire), request.method == "GET", patience, reader);
  idle_.drop_old(clock_.now());
  if (!patience.endless) run.connection = idle_.take();
  if (run.connection) {
    co_await perform(run);
    if (!run.never_arrived()) co_return std::move(run.answer);
    run.answer = Answer();
  }
  base::Result<std::unique_ptr<Stream>> stream = co_await dialer_.dial();
  if (!stream) co_return failed(stream.error());
  run.connection = std::make_unique<Connection>(*std::move(stream));
  co_await perform(run);
  co_return std::move(run.answer);
}

// Fills run.answer, and keeps the connection if it can carry another request.
asio::awaitable<void> Transport::perform(Run& run) {
  const base::Instant due = clock_.now() + run.patience.limit;
  Deadline deadline(executor_, clock_, due, [&run] { run.connection->close(); });
  run.deadline = &deadline;
  co_await read_answer(run);
  run.deadline = nullptr;
  if (deadline.struck()) {
    run.answer.lost = false;
    run.answer.error =
        base::Error(base::ErrorKind::timed_out,
                    (run.patience.endless ? "nothing came for " : "no answer within ") +
                        std::to_string(run.patience.limit.count()) + " s");
  }
  if (run.answer.error || run.patience.endless || !run.connection->reusable()) co_return;
  idle_.put(std::move(run.connection), clock_.now());
}

asio::awaitable<void> Transport::read_answer(Run& run) {
  base::Result<ResponseHead> head = co_await run.connection->exchange(run.wire);
  run.answer.lost = !head && head.error().kind() == base::ErrorKind::unavailable;
  if (!head) {
    run.answer.error = head.error();
    co_return;
  }
  run.answer.head = *std::move(head);
  const bool success = run.answer.head.success();
  if (success) run.reader.begin();
  for (;;) {
    if (run.patience.endless) run.deadline->postpone(clock_.now() + run.patience.limit);
    const base::Result<std::string_view> piece = co_await run.connection->read_body();
    run.answer.lost = !piece && piece.error().kind() == base::ErrorKind::unavailable;
    if (!piece) run.answer.error = piece.error();
    if (!piece || piece->empty()) co_return;
    if (!success) {
      run.answer.refusal.append(*piece);
      if (run.answer.refusal.size() > largest_refusal) co_return;
    } else if (base::Result<void> taken = run.reader.feed(*piece); !taken) {
      run.answer.error = taken.error();
      co_return;
    }
  }
}

}  // namespace kube
