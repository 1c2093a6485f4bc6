#pragma once

#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "kube/queue/queue_observer.hpp"

namespace kube {

// The workqueue_* metrics of one queue, with client-go's names, buckets and meanings
// (spec/sidecar.md 1.7). They are there from the start, at zero.
class QueueMetrics final : public QueueObserver {
 public:
  // `name`: the queue's, for the label. Does not own the metrics, whose scrapes it must outlive,
  // nor the clock, which must live longer.
  QueueMetrics(base::Metrics& metrics, const base::Clock& clock, std::string name);
  QueueMetrics(const QueueMetrics&) = delete;
  QueueMetrics& operator=(const QueueMetrics&) = delete;

  void added(const std::string& key) override;
  void dropped(const std::string& key) override;
  void taken(const std::string& key) override;
  void finished(const std::string& key) override;
  void delayed(const std::string& key) override;

 private:
  using Since = std::unordered_map<std::string, base::Instant>;

  double seconds_since(base::Instant then) const;
  double unfinished_seconds() const;
  double longest_running_seconds() const;

  const base::Clock& clock_;
  Since waiting_;  // added and not taken
  Since in_hand_;
  base::Gauge depth_;
  base::Counter adds_;
  base::Counter retries_;
  base::Histogram queue_duration_;
  base::Histogram work_duration_;
};

}  // namespace kube
