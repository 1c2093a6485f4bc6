#include "kube/queue/queue_metrics.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace kube {

QueueMetrics::QueueMetrics(base::Metrics& metrics, const base::Clock& clock, std::string name)
    : clock_(clock) {
  const base::MetricLabels labels{{"name", std::move(name)}};
  const std::vector<double> buckets = base::exponential_buckets(1e-8, 10, 10);
  depth_ = metrics.gauges("workqueue_depth", "Keys that wait for their turn.").with(labels);
  adds_ = metrics.counters("workqueue_adds_total", "Keys put into the queue.").with(labels);
  retries_ =
      metrics.counters("workqueue_retries_total", "Keys that were to come again after a delay.")
          .with(labels);
  queue_duration_ = metrics
                        .histograms("workqueue_queue_duration_seconds",
                                    "How long keys waited for their turn, in seconds.", buckets)
                        .with(labels);
  work_duration_ = metrics
                       .histograms("workqueue_work_duration_seconds",
                                   "How long the work on a key took, in seconds.", buckets)
                       .with(labels);
  metrics.collected_gauges(
      "workqueue_unfinished_work_seconds", "The time spent on the keys now in hand, summed up.",
      [this, labels] { return std::vector{base::Metrics::Sample(labels, unfinished_seconds())}; });
  metrics.collected_gauges(
      "workqueue_longest_running_processor_seconds",
      "The time spent on the key that is in hand for longest.", [this, labels] {
        return std::vector{base::Metrics::Sample(labels, longest_running_seconds())};
      });
}

void QueueMetrics::added(const std::string& key) {
  adds_.increment();
  waiting_.try_emplace(key, clock_.now());
  depth_.set(static_cast<double>(waiting_.size()));
}

void QueueMetrics::dropped(const std::string& key) {
  waiting_.erase(key);
  depth_.set(static_cast<double>(waiting_.size()));
}

void QueueMetrics::taken(const std::string& key) {
  const auto waited = waiting_.find(key);
  if (waited != waiting_.end()) {
    queue_duration_.observe(seconds_since(waited->second));
    waiting_.erase(waited);
  }
  depth_.set(static_cast<double>(waiting_.size()));
  in_hand_[key] = clock_.now();
}

void QueueMetrics::finished(const std::string& key) {
  const auto worked = in_hand_.find(key);
  if (worked == in_hand_.end()) return;
  work_duration_.observe(seconds_since(worked->second));
  in_hand_.erase(worked);
}

void QueueMetrics::delayed(const std::string&) {
  retries_.increment();
}

double QueueMetrics::seconds_since(base::Instant then) const {
  return std::chrono::duration<double>(clock_.now() - then).count();
}

double QueueMetrics::unfinished_seconds() const {
  double sum = 0;
  for (const auto& [key, since] : in_hand_) sum += seconds_since(since);
  return sum;
}

double QueueMetrics::longest_running_seconds() const {
  double longest = 0;
  for (const auto& [key, since] : in_hand_) longest = std::max(longest, seconds_since(since));
  return longest;
}

}  // namespace kube
